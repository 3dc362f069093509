#pragma once
// The path of an update through this room. Everything is loaded once (run); then for every update:
//   data       draws of the dataset → completions with rewards → the batch → packs under a token budget
//   optimise   gradients of the packs → summed over ranks → clipped → AdamW on each rank's partition
//   checkpoint the state on disk, so that the run can be resumed at the next update
//   run        the metrics line, a validation when it is due, then the next update
// The run ends when all updates are done, after a stop request when the state is saved, or on an error.
#include "job/job.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Collective. Runs the whole job. Returns the exit code: 0 finished or saved (STATUS says which), 1 failed.
int train(const Options& options, job::Context& context);

}  // namespace srl::training
