#pragma once
// What `--help` says of each job: purpose, example, subcommands.
#include <string>

#include "config/options.hpp"

namespace srl::jobs {

/// The text of a job by its name, such as "srl_train". Bug for another name.
config::JobText job_text(const std::string& name);

}  // namespace srl::jobs
