#pragma once
// The options of all jobs: one struct per job (in the other headers of this folder), and the names of all
// options.
#include "config/options.hpp"

namespace srl::jobs {

/// Every option name of every job, from their visit lists, and the names that other programs use
/// (other_names.tsv).
const config::SuiteNames& suite_names();

}  // namespace srl::jobs
