#include <algorithm>

#include "base/error.hpp"
#include "objective/losses/token_loss.hpp"
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

CompletionLoss sum_of(const std::vector<LossToken>& tokens, const std::vector<double>& logprob,
                      const LossTerms& terms) {
  CompletionLoss result;
  for (std::size_t t = 0; t < tokens.size(); ++t) {
    const TokenLoss one = token_loss(terms, tokens[t], logprob[t]);
    result.loss -= one.surrogate;
    result.loss += tokens[t].weight * terms.kl_beta * one.k3;
    result.gradient.push_back(one.gradient);
    result.clipped += one.clipped;
    result.kl += one.k3;
  }
  return result;
}

}  // namespace

LossTerms loss_terms(const ObjectiveOptions& options) {
  return {.clip_low = options.clip_low,
          .clip_high = options.clip_high,
          .correction_cap = options.sampler_correction_cap,
          .kl_beta = options.kl_beta,
          .truncates = options.sampler_correction == SamplerCorrection::truncated};
}

std::vector<LossToken> policy_tokens(std::size_t count, const CompletionTokens& completion,
                                     const BatchSizes& batch, const ObjectiveOptions& options) {
  std::vector<LossToken> tokens(count);
  if (completion.masked) { return tokens; }
  const bool on_policy = completion.old_logprob.empty();
  const bool truncates = options.sampler_correction == SamplerCorrection::truncated;
  if ((!on_policy && completion.old_logprob.size() != count) ||
      (truncates && completion.sampler_logprob.size() != count) ||
      (options.kl_beta > 0 && completion.reference_logprob.size() != count)) {
    throw Bug("policy loss: log-probabilities of one completion differ in length");
  }
  const double weight = token_weight(count, batch, options);
  for (std::size_t t = 0; t < count; ++t) {
    tokens[t] = {.weight = weight,
                 .advantage = completion.advantage,
                 .old_logprob = on_policy ? 0 : completion.old_logprob[t],
                 .sampler_logprob = truncates ? completion.sampler_logprob[t] : 0,
                 .reference_logprob = options.kl_beta > 0 ? completion.reference_logprob[t] : 0,
                 .kind = on_policy ? TokenKind::on_policy : TokenKind::policy};
  }
  return tokens;
}

std::vector<LossToken> likelihood_tokens(std::size_t count, const BatchSizes& batch,
                                         const ObjectiveOptions& options) {
  LossToken token;
  token.weight = token_weight(count, batch, options);
  token.kind = TokenKind::likelihood;
  return std::vector<LossToken>(count, token);
}

CompletionLoss policy_loss(const std::vector<double>& logprob, const CompletionTokens& completion,
                           const BatchSizes& batch, const ObjectiveOptions& options) {
  return sum_of(policy_tokens(logprob.size(), completion, batch, options), logprob, loss_terms(options));
}

CompletionLoss likelihood_loss(const std::vector<double>& logprob, const BatchSizes& batch,
                               const ObjectiveOptions& options) {
  return sum_of(likelihood_tokens(logprob.size(), batch, options), logprob, loss_terms(options));
}

}  // namespace srl::objective
