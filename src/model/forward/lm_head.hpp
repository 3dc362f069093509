#pragma once
// The language-model head over chosen rows, a chunk of [chunk, vocabulary] logits at a time. Inside this room
// only (needs ATen).
#include <ATen/ATen.h>

#include "model/forward/pack_plan.hpp"
#include "model/forward/workspace.hpp"
#include "model/pack.hpp"

namespace srl::model {

/// What the forward leaves for the backward.
struct HeadState {
  std::vector<double> largest, normaliser,
      entropy;  ///< a row: max z, log of the sum of exp(z - max z), entropy, with z = logits / T
};

/// Rows of `hidden` for `rows` predictions: a multiple of 8, the rest zero. MKL sums the vocabulary of fewer
/// than 13 rows, unless a multiple of 4, in one sequence on several threads: six times the rounding
/// (measured: 2.4e-6 against 3.9e-7 relative in d loss / d hidden).
inline std::int64_t padded_rows(std::int64_t rows) {
  return (rows + 7) / 8 * 8;
}

/// hidden [padded rows, width] (after the final norm; padding is zero), weight [vocabulary, width].
template <class T>
Predictions head_forward(const Pack& pack, const PackPlan& plan, const at::Tensor& hidden,
                         const at::Tensor& weight, const ForwardOptions& options, Workspace& scratch,
                         HeadState& state);
/// Writes d loss / d hidden and adds to the weight's gradient. To follow the forward at once: the logits of
/// its last chunk are still in `scratch`; those of the others are computed again.
template <class T>
void head_backward(const Pack& pack, const PackPlan& plan, const at::Tensor& hidden, const at::Tensor& weight,
                   const ForwardOptions& options, const PredictionGradients& gradients,
                   const HeadState& state, Workspace& scratch, at::Tensor& dhidden, at::Tensor& dweight);

}  // namespace srl::model
