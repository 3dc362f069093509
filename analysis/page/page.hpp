#pragma once
// A report as one HTML page that needs nothing else: no network, no script. It is readable on a phone, in
// print, and in light and dark.
#include <string>

#include "analysis/page/parts.hpp"

namespace srl::analysis {

/// At most 5 MB, however many records there are.
std::string page(const PageContent& content);

}  // namespace srl::analysis
