#include "training/memory_plan.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace srl::training {

std::string MemoryPlan::text() const {
  const auto size = [](std::uint64_t bytes) { return human_bytes(static_cast<double>(bytes)); };
  return cat("memory a rank, estimated: weights ", size(weights), ", gradients ", size(gradients), ", optimizer ", size(optimizer),
             ", KV cache up to ", size(kv_cache), ", activations up to ", size(activations), ", together ", size(total()),
             "; a checkpoint ", size(checkpoint_bytes));
}

MemoryPlan memory_plan(const Options& options, const model::ModelConfig& config, std::int64_t parameters, int ranks) {
  const std::uint64_t element = options.device.dtype == "fp64" ? 8 : 4, count = static_cast<std::uint64_t>(parameters);
  MemoryPlan plan;
  plan.weights = count * element * (options.objective.kl_beta > 0 ? 2 : 1);
  plan.gradients = count * element;
  plan.optimizer = 3 * count * element / static_cast<std::uint64_t>(ranks);   // two moments and the reduced partition
  plan.checkpoint_bytes = 3 * count * element;
  const bool samples = options.training.replay.empty() && options.signal.kind != "likelihood";
  if (samples) plan.kv_cache = options.rollout.kv_bytes.value;
  const std::uint64_t tokens = static_cast<std::uint64_t>(options.training.pack_tokens);
  const std::uint64_t layer_row = static_cast<std::uint64_t>(4 * config.hidden + 2 * config.heads * config.head_dim +
                                                             2 * config.kv_heads * config.head_dim + 3 * config.intermediate);
  const std::uint64_t layers = options.training.recompute ? 2 : static_cast<std::uint64_t>(config.layers);
  plan.activations = tokens * layer_row * layers * element + 2 * 1024 * static_cast<std::uint64_t>(config.vocab) * element;
  return plan;
}

}  // namespace srl::training
