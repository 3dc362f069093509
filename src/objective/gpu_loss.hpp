#pragma once
// The losses on a GPU: the gradient of each prediction where its log-probability is, so the host need not
// wait for a pack between its forward and its backward. Figures of the loss are the host's (objective.hpp):
// it computes them from the same log-probabilities when they have arrived.
#include <cstdint>

#include "base/host_device.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::objective {

/// Numbers of the loss that all tokens share.
struct LossTerms {
  double clip_low = 0, clip_high = 0, correction_cap = 0, kl_beta = 0;
  bool truncates = false;  ///< objective.sampler_correction = truncated
};

enum class TokenKind : std::int32_t {
  policy,
  on_policy,  ///< the ratio's denominator is the policy itself
  likelihood,
  masked  ///< no loss
};

/// What the loss of a token needs besides its log-probability under the current policy.
struct LossToken {
  double weight = 0, advantage = 0;  ///< weight in the global mean
  double old_logprob = 0, sampler_logprob = 0, reference_logprob = 0;
  TokenKind kind = TokenKind::masked;
};

/// Predictions of a pack in a GPU's memory, sorted by row of the head (compute/head_rows.hpp), and where
/// their gradients go.
struct GpuLossArrays {
  device::Span<const LossToken> tokens;    ///< [predictions]
  device::Span<const float> logprob;       ///< [predictions]
  device::Span<const std::int32_t> first;  ///< [rows + 1] the predictions of row r begin at first[r]
  device::Span<float> dlogprob;            ///< [predictions] d loss / d logprob
  device::Span<float> coefficient;         ///< [rows] its sum over the row's predictions
};

/// In double, as policy_loss and likelihood_loss, rounded once; in the stream's order. Bug if sizes do not
/// fit.
void loss_gradients(const device::Stream& stream, const LossTerms& terms, const GpuLossArrays& arrays);

}  // namespace srl::objective
