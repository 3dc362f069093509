#pragma once
// Estimated memory per rank, before anything is sampled. Logged at the start, and printed by --dry_run
// without loading weights.
#include <cstdint>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Sizes that the plan needs besides the options.
struct PlanSizes {
  std::int64_t ranks = 1;
  std::int64_t longest_prompt = 0;  ///< tokens; of the prompts in plan_sizes
  double mean_prompt = 0;
  std::int64_t validation_prompts = 0;  ///< of all ranks, in one validation
  double mean_validation_prompt = 0;    ///< tokens
  bool bf16 = false;  ///< weights and activations on a GPU; gradients, moments and master weights fp32
};

double parameter_count(const model::ModelConfig& config);

/// Bytes of one element: of weights, and of gradients, moments and master weights.
struct ElementBytes {
  double weight, exact;
};
ElementBytes element_bytes(const Options& options, const PlanSizes& sizes);

/// Bytes per rank.
struct MemoryPlan {
  std::uint64_t weights = 0;  ///< with kl_beta > 0 also the frozen reference
  std::uint64_t gradients = 0, optimizer = 0;
  std::uint64_t reductions = 0;  ///< MPI's buffers for pending reductions of gradients
  std::uint64_t copies = 0;      ///< a checkpoint being written; with mini-batches also the state to restore
  std::uint64_t kv_cache = 0;    ///< of sampling, which runs while a checkpoint is written
  std::uint64_t validation_cache = 0;  ///< of validation, beyond kv_cache (free then)
  std::uint64_t activations = 0;       ///< of a training pack and of a decode batch, with logits
  std::uint64_t packed = 0;  ///< copies of weights while sampling, beyond a pack's activations (free then)
  std::uint64_t dump = 0;    ///< of all gradients, with training.dump_gradients
  std::uint64_t checkpoint_bytes = 0;  ///< on disk, of all ranks
  std::uint64_t total() const {
    return weights + gradients + optimizer + reductions + copies + kv_cache + validation_cache + activations +
           packed + dump;
  }
  std::string text() const;
};

MemoryPlan memory_plan(const Options& options, const model::ModelConfig& config, const PlanSizes& sizes);

/// Changes of options, smallest change first. Each reduces the plan to at most `available` bytes per rank.
/// Empty when none does.
std::vector<std::string> what_would_fit(const Options& options, const model::ModelConfig& config,
                                        const PlanSizes& sizes, std::uint64_t available);

}  // namespace srl::training
