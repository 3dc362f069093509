#pragma once
// The memory of each GPU, planned on any machine: exactly what a run takes (gpu_side.hpp), by part.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Bytes per GPU.
struct GpuPlan {
  std::uint64_t weights = 0;    ///< of the model, and of the start model with kl_beta > 0
  std::uint64_t optimizer = 0;  ///< this rank's part of master weights and moments, fp32
  std::uint64_t tables = 0;     ///< rotations, workspaces of products and rewards, arrays
  // In training; the same memory while sampling:
  std::uint64_t gradients = 0;   ///< fp32
  std::uint64_t packs = 0;       ///< activations and logits of the largest pack
  std::uint64_t generation = 0;  ///< keys and values (rollout.kv_cache_bytes), hidden states, logits
  std::uint64_t cache = 0;       ///< the part of `generation` for keys and values
  std::uint64_t checkpoint = 0;  ///< on disk, of all ranks
  double kv_bytes_per_token = 0;
  std::uint64_t largest_turn() const { return std::max(gradients + packs, generation); }
  std::uint64_t total() const { return weights + optimizer + tables + largest_turn(); }
  /// One line per part. `cache_given`: rollout.kv_cache_bytes is not 0; then also what is left of a GPU's
  /// memory for more keys and values.
  std::string text(std::uint64_t memory, bool cache_given) const;
  std::string cache_text() const;  ///< one line
};

/// `options` with the rollout.kv_cache_bytes that 0 stands for: what remains for keys and values of `usable`
/// bytes per GPU, at most what rollout.max_sequences of the longest completions need, at least what one
/// needs. Generation and training have the same memory in turn.
Options with_cache(Options options, const model::ModelConfig& config, int gpus, bool flash,
                   std::uint64_t usable);
/// The part of a GPU's memory that a run may plan with: the driver, NCCL and graphs need the rest.
std::uint64_t usable_memory(std::uint64_t of_gpu);

/// `flash`: with FlashAttention; without it as compute.attention plans. With rollout.kv_cache_bytes = 0: with
/// the smallest cache.
GpuPlan gpu_plan(const Options& options, const model::ModelConfig& config, int gpus, bool flash);
GpuPlan gpu_plan(const Options& options, const model::ModelConfig& config, int gpus);

/// Changes of options, smallest first, each of which makes the plan fit into `memory` per GPU. Empty when
/// none does.
std::vector<std::string> what_would_fit_gpus(const Options& options, const model::ModelConfig& config,
                                             int gpus, std::uint64_t memory);

/// BadOption, with these changes, if the plan does not fit into plan.gpu_memory.
void refuse_too_large_for_gpus(const Options& options, const model::ModelConfig& config, int gpus);

}  // namespace srl::training
