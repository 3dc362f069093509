#pragma once
// The ready configurations that --preset names.
#include <vector>

#include "config/options.hpp"

namespace srl::jobs {

/// Each file of jobs/presets under its own name, and each of studies/miniature/presets as mini_NAME, sorted
/// by name. They are found in ../share/srl from the folder of the running program, in a build folder as in an
/// installation. Files without options of a job that has presets (sweeps) are left out.
std::vector<config::Preset> presets();

}  // namespace srl::jobs
