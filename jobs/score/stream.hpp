#pragma once
// JSON lines through all ranks and threads and back in order; rank 0 reads and writes.
#include <string>

#include "job/job.hpp"
#include "jobs/score/lines.hpp"

namespace srl::score_job {

/// Collective. Reads `input` (stdin when empty), writes one line for each to `output` (stdout when empty). A
/// line that is not a JSON object with the right fields gives {"line": number from 1, "error"}; returns 1
/// when there was one, else 0.
int score_stream(const std::string& input, const std::string& output, job::Context& context,
                 const Scorer& scorer);

}  // namespace srl::score_job
