#pragma once
// Batches in the run directory: rollouts/update_000001.jsonl (rollout.save, training.replay) and
// bad_updates/.
#include <cstdint>
#include <filesystem>

#include "training/data/batch.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Reads the batch of an update from the folder training.replay. BadInput naming file and line; also when the
/// sampler's log-probabilities are missing and objective.sampler_correction or a carried group needs them.
Batch replayed_batch(const Options& options, std::int64_t update);
void save_rollouts(const std::filesystem::path& run, const Batch& batch, std::int64_t update);
/// Returns the path of the file.
std::filesystem::path save_bad_update(const std::filesystem::path& run, const Batch& batch,
                                      std::int64_t update);

}  // namespace srl::training
