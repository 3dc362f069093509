#pragma once
// Scores JSON lines on all ranks and threads, in order. Rank 0 reads and writes.
#include <string>

#include "job/job.hpp"
#include "jobs/score/lines.hpp"

namespace srl::score_job {

/// Collective. Reads `input` (stdin when empty) and writes one line for each that is not blank to `output`
/// (stdout when empty). A line that is not a JSON object with the right fields gives {"line": number from 1,
/// "error"}. Returns 1 if there was such a line, else 0.
int score_stream(const std::string& input, const std::string& output, job::Context& context,
                 const Scorer& scorer);

}  // namespace srl::score_job
