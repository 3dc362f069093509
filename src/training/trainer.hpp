#pragma once
// The update loop of srl_train: everything loaded once, then update after update until done, stopped or
// failed.
#include "job/job.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Collective. Runs the whole job; returns the exit code (0 finished or saved, 1 failed). STATUS tells which.
int train(const Options& options, job::Context& context);

}  // namespace srl::training
