#pragma once
// The way of an update through this room. Everything is loaded once (run), then, update after update:
//   data       draws of the dataset → completions with rewards → the batch → packs under a token budget
//   optimise   gradients of the packs → summed over ranks → clipped → AdamW on each rank's partition
//   checkpoint the state on disk, so that the run can be resumed at the next update
//   run        the line of metrics, validation where it is due, then the next update
// It ends when all updates are done, when a stop was asked for and the state is saved, or when it fails.
#include "job/job.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Collective. Runs the whole job; returns the exit code (0 finished or saved, 1 failed). STATUS tells which.
int train(const Options& options, job::Context& context);

}  // namespace srl::training
