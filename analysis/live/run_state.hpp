#pragma once
// The state of a run now, in one line.
#include <string>

#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

/// "running: update 37 of 150, 2.3 s per update, 4 min 20 s left, 3334 tokens/s, reward 0.9691, format 0.998;
/// validation at update 30: similarity 0.9712, exact 0.150". What is unknown is left out.
std::string state_line(const TrainingRun& run);

/// Why the run will not continue: its STATUS is final, or says running although the process in LOCK was one
/// of this machine and is gone. Empty while the run may continue. A run on another machine counts as running.
std::string end_of(const TrainingRun& run);

}  // namespace srl::analysis
