#pragma once
// What GRPO optimises (METHOD 4): rewards of a group → advantages → per-token loss gradients. Plain double arithmetic, no tensors.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::objective {

struct SignalOptions {
  std::string kind = "similarity";   ///< similarity | exact | outcome | likelihood
  double bad_format = -1.0;
  void visit(config::Visitor& v);    ///< section "signal"
};

struct ObjectiveOptions {
  std::string advantage = "std";     ///< std | mean_only
  double advantage_eps = 1e-6;
  std::int64_t ddof = 0;
  std::string loss = "sequence_mean";   ///< sequence_mean | token_mean | constant
  double clip_low = 0.2, clip_high = 0.2, kl_beta = 0.0;
  std::string importance = "off";    ///< off | truncated
  double importance_cap = 2.0;
  std::string truncated = "bad_format";   ///< bad_format | score | mask
  std::string filter = "std";        ///< std | off
  double filter_std = 1e-4;
  std::int64_t max_sampling_rounds = 8;
  std::string surplus = "discard";   ///< discard | carry
  std::int64_t round_prompts = 0;    ///< prompts a sampling round; 0 = those missing, with surplus = carry a whole batch's
  std::int64_t minibatches = 1;
  void visit(config::Visitor& v);    ///< section "objective"
};

/// A_i = (r_i - mean r) / (std r + eps), or r_i - mean r.
std::vector<double> advantages(const std::vector<double>& rewards, const ObjectiveOptions& options);
/// METHOD 4's dynamic filter: population standard deviation of the group's rewards > filter_std.
bool keeps_group(const std::vector<double>& rewards, const ObjectiveOptions& options);

/// Sizes of the GLOBAL batch that the average runs over.
struct BatchSizes {
  std::int64_t answers = 0, answer_tokens = 0, max_new_tokens = 0;
};

/// One answer's tokens. logprob: current policy; old: of the policy that the ratio is against; sampler and reference as needed.
struct AnswerTokens {
  double advantage = 0;
  bool masked = false;                        ///< in the denominators, in no numerator
  std::vector<double> old_logprob, sampler_logprob, reference_logprob;   ///< [tokens]; reference empty when kl_beta = 0
};
struct AnswerLoss {
  double loss = 0;                            ///< this answer's share of the global mean
  std::vector<double> gradient;               ///< [tokens] d loss / d logprob
  std::int64_t clipped = 0;                   ///< tokens where the clip was active
  double kl = 0;                              ///< sum of k3 over tokens
};
/// The clipped policy loss of METHOD 4 with its exact derivative. `logprob` [tokens]. On-policy: old_logprob empty = logprob detached.
AnswerLoss policy_loss(const std::vector<double>& logprob, const AnswerTokens& answer, const BatchSizes& batch,
                       const ObjectiveOptions& options);
/// SFT: minus the mean log-probability; average as `options.loss` says.
AnswerLoss likelihood_loss(const std::vector<double>& logprob, const BatchSizes& batch, const ObjectiveOptions& options);

}  // namespace srl::objective
