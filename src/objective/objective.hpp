#pragma once
// What GRPO optimises (docs/method.md, "Losses"): rewards of a group → advantages → per-token loss gradients.
// Plain double arithmetic, no tensors.
#include <cstdint>
#include <string>
#include <vector>

#include "objective/options.hpp"

namespace srl::objective {

/// A_i = (r_i - mean r) / (std r + eps), or r_i - mean r.
std::vector<double> advantages(const std::vector<double>& rewards, const ObjectiveOptions& options);
/// The dynamic filter (docs/method.md, "Dynamic sampling"): population standard deviation of the group's
/// rewards > filter_std.
bool keeps_group(const std::vector<double>& rewards, const ObjectiveOptions& options);

/// Sizes of the GLOBAL batch that the average runs over.
struct BatchSizes {
  std::int64_t completions = 0, completion_tokens = 0, max_new_tokens = 0;
};

/// One completion's tokens. logprob: current policy; old: of the policy that the ratio is against; sampler
/// and reference as needed.
struct CompletionTokens {
  double advantage = 0;
  bool masked = false;  ///< in the denominators, in no numerator
  std::vector<double> old_logprob, sampler_logprob,
      reference_logprob;  ///< [tokens]; reference empty when kl_beta = 0
};
struct CompletionLoss {
  double loss = 0;               ///< this completion's share of the global mean
  std::vector<double> gradient;  ///< [tokens] d loss / d logprob
  std::int64_t clipped = 0;      ///< tokens where the clip was active
  double kl = 0;                 ///< sum of k3 over tokens
};
/// The clipped policy loss (docs/method.md, "Policy loss") with its exact derivative. `logprob` [tokens].
/// On-policy: old_logprob empty = logprob detached.
CompletionLoss policy_loss(const std::vector<double>& logprob, const CompletionTokens& completion,
                           const BatchSizes& batch, const ObjectiveOptions& options);
/// SFT: minus the mean log-probability; average as `options.loss` says.
CompletionLoss likelihood_loss(const std::vector<double>& logprob, const BatchSizes& batch,
                               const ObjectiveOptions& options);

}  // namespace srl::objective
