#pragma once
// The similarities of many lines at once on this rank's GPU.
#include "comm/communicator.hpp"
#include "jobs/score/lines.hpp"

namespace srl::score_job {

/// Collective. The same results as scorer("similarity"). BadOption on every rank where some rank has no GPU
/// of its own, and for options that only the CPU has.
Scorer gpu_similarity(const jobs::ScoreOptions& options, const comm::Communicator& world);

}  // namespace srl::score_job
