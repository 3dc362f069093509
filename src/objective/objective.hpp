#pragma once
// What GRPO optimises (docs/method.md, "Losses"). The path of a group through this room:
//   completions as text → signals.hpp: one reward each → the filter: groups with equal rewards are left out
//   → advantages: reward minus the group's mean, scaled
//   log-probabilities of their tokens and the advantages → the loss and its gradient per token
// Plain double arithmetic, no tensors. `training` calls these functions; `model` does forward and backward.
#include <cstdint>
#include <string>
#include <vector>

#include "objective/gpu_loss.hpp"
#include "objective/options.hpp"

namespace srl::objective {

/// A_i = (r_i - mean r) / (std r + eps), or r_i - mean r.
std::vector<double> advantages(const std::vector<double>& rewards, const ObjectiveOptions& options);
/// The dynamic filter (docs/method.md, "Dynamic sampling"): population standard deviation of the group's
/// rewards > filter_std.
bool keeps_group(const std::vector<double>& rewards, const ObjectiveOptions& options);

/// Sizes of the global batch (all ranks) over which the loss is averaged.
struct BatchSizes {
  std::int64_t completions = 0, completion_tokens = 0, max_new_tokens = 0;
};

/// One completion's tokens. old: log-probabilities of the policy in the ratio's denominator. sampler: needed
/// with sampler_correction. reference: needed with kl_beta > 0.
struct CompletionTokens {
  double advantage = 0;
  bool masked = false;  ///< counted in denominators, but not in numerators
  std::vector<double> old_logprob, sampler_logprob, reference_logprob;  ///< [tokens]
};
struct CompletionLoss {
  double loss = 0;               ///< this completion's share of the global mean
  std::vector<double> gradient;  ///< [tokens] d loss / d logprob
  std::int64_t clipped = 0;      ///< tokens where the clip was active
  double kl = 0;                 ///< sum of k3 over tokens
};
/// The clipped policy loss (docs/method.md, "Policy loss") with its exact derivative. `logprob` [tokens]: of
/// the current policy. Empty old_logprob = on-policy: `logprob` without its gradient.
CompletionLoss policy_loss(const std::vector<double>& logprob, const CompletionTokens& completion,
                           const BatchSizes& batch, const ObjectiveOptions& options);
/// SFT: minus the mean log-probability, averaged as `options.loss` says.
CompletionLoss likelihood_loss(const std::vector<double>& logprob, const BatchSizes& batch,
                               const ObjectiveOptions& options);

// What a GPU needs for the gradients of these losses (gpu_loss.hpp).
LossTerms loss_terms(const ObjectiveOptions& options);
/// The tokens of a completion of `count` tokens. Bug if log-probabilities that are needed are missing.
std::vector<LossToken> policy_tokens(std::size_t count, const CompletionTokens& completion,
                                     const BatchSizes& batch, const ObjectiveOptions& options);
std::vector<LossToken> likelihood_tokens(std::size_t count, const BatchSizes& batch,
                                         const ObjectiveOptions& options);

}  // namespace srl::objective
