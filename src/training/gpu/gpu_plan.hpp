#pragma once
// The memory of each GPU, planned on any machine: exactly what a run takes (GpuSide::bytes), by part.
#include <cstdint>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Bytes per GPU.
struct GpuPlan {
  std::uint64_t weights = 0;     ///< of the model, and of the start model with kl_beta > 0
  std::uint64_t gradients = 0;   ///< fp32
  std::uint64_t optimizer = 0;   ///< this rank's part of master weights and moments, fp32
  std::uint64_t packs = 0;       ///< activations, logits and workspace of the largest pack
  std::uint64_t checkpoint = 0;  ///< on disk, of all ranks
  double kv_bytes_per_token = 0;
  std::uint64_t total() const { return weights + gradients + optimizer + packs; }
  /// What stays while nothing is trained: generation may use the rest for keys and values.
  std::uint64_t resident() const { return weights + optimizer; }
  /// One line per part; with the tokens of keys and values that fit beside resident().
  std::string text(std::uint64_t memory) const;
};

GpuPlan gpu_plan(const Options& options, const model::ModelConfig& config, int gpus);

/// Changes of options, smallest first, each of which makes the plan fit into `memory` per GPU. Empty when
/// none does.
std::vector<std::string> what_would_fit_gpus(const Options& options, const model::ModelConfig& config,
                                             int gpus, std::uint64_t memory);

/// BadOption, with these changes, if the plan does not fit into plan.gpu_memory.
void refuse_too_large_for_gpus(const Options& options, const model::ModelConfig& config, int gpus);

}  // namespace srl::training
