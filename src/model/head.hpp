#pragma once
// The language-model head over chosen rows, a chunk of [chunk, vocabulary] logits at a time. Inside this room only (needs ATen).
#include <ATen/ATen.h>

#include "model/pack.hpp"
#include "model/pack_plan.hpp"
#include "model/workspace.hpp"

namespace srl::model {

/// What the forward leaves for the backward.
struct HeadState {
  std::vector<double> largest, normaliser, entropy;   ///< a row: max z, log of the sum of exp(z - max z), entropy, with z = logits / T
  bool logits_kept = false;                           ///< all rows fitted into one chunk, which is still there
};

/// hidden [rows, width] (after the final norm), weight [vocabulary, width].
template <class T>
Predictions head_forward(const Pack& pack, const PackPlan& plan, const at::Tensor& hidden, const at::Tensor& weight,
                         const ForwardOptions& options, Workspace& scratch, HeadState& state);
/// Writes d loss / d hidden and adds to the weight's gradient. Logits are computed again unless they were kept.
template <class T>
void head_backward(const Pack& pack, const PackPlan& plan, const at::Tensor& hidden, const at::Tensor& weight,
                   const ForwardOptions& options, const PredictionGradients& gradients, const HeadState& state, Workspace& scratch,
                   at::Tensor& dhidden, at::Tensor& dweight);

}  // namespace srl::model
