#pragma once
// Subcommands of srl_model.
#include "job/job.hpp"
#include "jobs/options/model.hpp"

namespace srl::model_job {

/// Runs context.subcommand on rank 0 (other ranks have nothing to do). Returns the exit code.
int run(const jobs::ModelOptions& options, const job::Context& context);

}  // namespace srl::model_job
