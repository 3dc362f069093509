#pragma once
// What a rank will hold, before anything is sampled: told at the start, and by --dry_run without loading
// weights.
#include <cstdint>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "training/options.hpp"

namespace srl::training {

/// Sizes that the plan depends on besides the options.
struct PlanSizes {
  std::int64_t ranks = 1;
  std::int64_t longest_prompt = 0;  ///< tokens, of the prompts that will be drawn
  double mean_prompt = 0;
  std::int64_t validation_prompts = 0;  ///< of all ranks, in one validation
  double mean_validation_prompt = 0;    ///< tokens
  bool bf16 = false;  ///< weights and activations on a GPU; gradients, moments and master weights fp32
};

/// Bytes of one rank.
struct MemoryPlan {
  std::uint64_t weights = 0;  ///< and the frozen reference, with kl_beta
  std::uint64_t gradients = 0, optimizer = 0;
  std::uint64_t reductions = 0;  ///< MPI's own buffers for gradients on their way
  std::uint64_t copies = 0;    ///< a checkpoint being written; with mini-batches also the state to go back to
  std::uint64_t kv_cache = 0;  ///< of sampling, which goes on beside a checkpoint
  std::uint64_t validation_cache = 0;  ///< what a validation, which does not, needs beyond those two
  std::uint64_t activations = 0;       ///< of training a pack and of a decode batch, logits included
  std::uint64_t checkpoint_bytes = 0;  ///< on disk, of all ranks
  std::uint64_t total() const {
    return weights + gradients + optimizer + reductions + copies + kv_cache + validation_cache + activations;
  }
  std::string text() const;
};

MemoryPlan memory_plan(const Options& options, const model::ModelConfig& config, const PlanSizes& sizes);

/// Changes of options, smallest first, each of which would bring the plan under `available` bytes a rank;
/// empty when none does.
std::vector<std::string> what_would_fit(const Options& options, const model::ModelConfig& config,
                                        const PlanSizes& sizes, std::uint64_t available);

}  // namespace srl::training
