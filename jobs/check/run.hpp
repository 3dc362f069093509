#pragma once
#include "job/job.hpp"
#include "jobs/options/check.hpp"

namespace srl::check {

/// Collective. Rank 0 prints the table and the line for scripts. Returns 0, or 1 when a check failed.
int run(const jobs::CheckOptions& options, job::Context& context);

}  // namespace srl::check
