#pragma once
// JSON lines of prompts through all ranks and back in order; rank 0 reads and writes.
#include <string>

#include "job/job.hpp"
#include "jobs/options/generate.hpp"

namespace srl::generate_job {

/// Collective. One line out for each line in: {"ids", "text", "logprobs", "finish_reason", "seconds"}, or
/// with more than one completion {"completions": [such objects]}. The random numbers of a line depend on the
/// seed and its number (or its field "draw") only, so the answers are the same on any number of ranks, and
/// with "draw" in any order. A line that cannot be used gives {"line": number from 1, "error"}; returns 1
/// when there was one, else 0.
int run(const jobs::GenerateOptions& options, job::Context& context);

}  // namespace srl::generate_job
