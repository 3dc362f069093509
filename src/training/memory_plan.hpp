#pragma once
// What a rank will hold, before anything is sampled: printed at the start and by --dry_run.
#include <cstdint>
#include <string>

#include "model/config.hpp"
#include "training/options.hpp"

namespace srl::training {

struct MemoryPlan {
  std::uint64_t weights = 0, gradients = 0, optimizer = 0, kv_cache = 0, activations = 0, checkpoint_bytes = 0;
  std::uint64_t total() const { return weights + gradients + optimizer + kv_cache + activations; }
  std::string text() const;
};

/// Bytes a rank: weights (and the reference), gradients, moments and the reduced partition, the KV budget, activations of one pack, and the
/// logits of the decode batch. An estimate for planning; the measured peak is in metrics.jsonl.
MemoryPlan memory_plan(const Options& options, const model::ModelConfig& config, std::int64_t parameters, int ranks);

}  // namespace srl::training
