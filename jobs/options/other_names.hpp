#pragma once
// The table other_names.tsv, compiled in.
#include <vector>

#include "config/options.hpp"

namespace srl::jobs {

std::vector<config::OtherName> other_names();

}  // namespace srl::jobs
