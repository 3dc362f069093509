#pragma once
// Completes JSON lines of prompts on all ranks, in order. Rank 0 reads and writes.
#include <string>

#include "job/job.hpp"
#include "jobs/options/generate.hpp"

namespace srl::generate_job {

/// Collective. Writes one line for each line read: {"ids", "text", "logprobs", "finish_reason", "seconds"},
/// or with more than one completion {"completions": [such objects]}. The random numbers of a line depend only
/// on the seed and on its number (or its field "draw"). So the completions are the same on any number of
/// ranks and, with "draw", in any order. A line that cannot be used gives {"line": number from 1, "error"}.
/// Returns 1 if there was such a line, else 0.
int run(const jobs::GenerateOptions& options, job::Context& context);

}  // namespace srl::generate_job
