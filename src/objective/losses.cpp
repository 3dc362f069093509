#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "objective/objective.hpp"

namespace srl::objective {
namespace {

/// Weight of one token in the global mean, for a completion of `tokens` tokens
/// (docs/method.md, "The three averages").
double token_weight(std::size_t tokens, const BatchSizes& batch, const ObjectiveOptions& options) {
  const double completions = static_cast<double>(batch.completions);
  if (options.loss == LossAverage::sequence_mean) {
    return 1.0 / (completions * static_cast<double>(std::max<std::size_t>(tokens, 1)));
  }
  if (options.loss == LossAverage::token_mean) { return 1.0 / static_cast<double>(batch.completion_tokens); }
  return 1.0 / (completions * static_cast<double>(batch.max_new_tokens));
}

}  // namespace

CompletionLoss policy_loss(const std::vector<double>& logprob, const CompletionTokens& completion,
                           const BatchSizes& batch, const ObjectiveOptions& options) {
  const std::size_t tokens = logprob.size();
  CompletionLoss result;
  result.gradient.assign(tokens, 0.0);
  if (completion.masked) { return result; }
  const bool truncates = options.sampler_correction == SamplerCorrection::truncated;
  if ((!completion.old_logprob.empty() && completion.old_logprob.size() != tokens) ||
      (truncates && completion.sampler_logprob.size() != tokens) ||
      (options.kl_beta > 0 && completion.reference_logprob.size() != tokens)) {
    throw Bug("policy_loss: log-probabilities of one completion differ in length");
  }
  const double weight = token_weight(tokens, batch, options), advantage = completion.advantage;
  for (std::size_t t = 0; t < tokens; ++t) {
    const double old = completion.old_logprob.empty() ? logprob[t] : completion.old_logprob[t];
    const double ratio = std::exp(logprob[t] - old);
    const double clipped = std::clamp(ratio, 1.0 - options.clip_low, 1.0 + options.clip_high);
    // min(ratio·A, clip(ratio)·A): the derivative is 0 where the clipped branch is smaller.
    const bool clip_active = clipped * advantage < ratio * advantage;
    const double importance =
        truncates ? std::min(std::exp(old - completion.sampler_logprob[t]), options.sampler_correction_cap)
                  : 1.0;
    result.loss -= weight * importance * (clip_active ? clipped : ratio) * advantage;
    if (!clip_active) { result.gradient[t] -= weight * importance * ratio * advantage; }
    result.clipped += clip_active;
    if (options.kl_beta > 0) {  // k3 (Schulman 2020): exp(d) - d - 1 with d = log ref - log policy
      const double d = completion.reference_logprob[t] - logprob[t];
      const double k3 = std::expm1(d) - d;
      result.kl += k3;
      result.loss += weight * options.kl_beta * k3;
      result.gradient[t] += weight * options.kl_beta * -std::expm1(d);
    }
  }
  return result;
}

CompletionLoss likelihood_loss(const std::vector<double>& logprob, const BatchSizes& batch,
                               const ObjectiveOptions& options) {
  CompletionLoss result;
  const double weight = token_weight(logprob.size(), batch, options);
  for (double value : logprob) { result.loss -= weight * value; }
  result.gradient.assign(logprob.size(), -weight);
  return result;
}

}  // namespace srl::objective
