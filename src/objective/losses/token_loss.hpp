#pragma once
// The loss of one token and its derivative, for the CPU and for kernels. Only for this room.
#include <cmath>

#include "objective/gpu_loss.hpp"

namespace srl::objective {

struct TokenLoss {
  double surrogate = 0;  ///< what the loss subtracts: weighted advantage, or weighted log-probability
  double gradient = 0;   ///< d loss / d logprob
  double k3 = 0;         ///< of the reference against the policy; 0 without kl_beta
  bool clipped = false;  ///< the clip was active
};

/// docs/method.md, "Policy loss".
SRL_HOST_DEVICE inline TokenLoss token_loss(const LossTerms& terms, const LossToken& token, double logprob) {
  TokenLoss result;
  const double weight = token.weight, advantage = token.advantage;
  if (token.kind == TokenKind::masked) { return result; }
  if (token.kind == TokenKind::likelihood) {
    result.surrogate = weight * logprob;
    result.gradient = -weight;
    return result;
  }
  const double old = token.kind == TokenKind::on_policy ? logprob : token.old_logprob;
  const double ratio = exp(logprob - old), lowest = 1.0 - terms.clip_low, highest = 1.0 + terms.clip_high;
  const double clipped = ratio < lowest ? lowest : highest < ratio ? highest : ratio;
  // min(ratio·A, clip(ratio)·A): the derivative is 0 where the clipped branch is smaller.
  result.clipped = clipped * advantage < ratio * advantage;
  double importance = 1.0;
  if (terms.truncates) {
    importance = exp(old - token.sampler_logprob);
    if (terms.correction_cap < importance) { importance = terms.correction_cap; }
  }
  result.surrogate = weight * importance * (result.clipped ? clipped : ratio) * advantage;
  if (!result.clipped) { result.gradient -= result.surrogate; }
  if (terms.kl_beta > 0) {  // k3 (Schulman 2020): exp(d) - d - 1 with d = log ref - log policy
    const double d = token.reference_logprob - logprob;
    result.k3 = expm1(d) - d;
    result.gradient += weight * terms.kl_beta * -expm1(d);
  }
  return result;
}

}  // namespace srl::objective
