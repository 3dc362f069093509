#pragma once
// The language-model head over chosen rows, a chunk of [chunk, vocabulary] logits at a time. Inside this room
// only (needs ATen).
#include <ATen/ATen.h>

#include "model/forward/pack_plan.hpp"
#include "model/forward/workspace.hpp"
#include "model/pack.hpp"

namespace srl::model {

/// What the forward finds in a row of z = logits / T, and the backward uses.
struct RowStatistics {
  double largest = 0;
  double normaliser = 0;  ///< log of the sum of exp(z - largest)
  double entropy = 0;     ///< of softmax(z)
};

/// Rows of `hidden` for `rows` predictions: a multiple of 8, the rest zero. MKL sums the vocabulary of fewer
/// than 13 rows, unless a multiple of 4, in one sequence on several threads: six times the rounding
/// (measured: 2.4e-6 against 3.9e-7 relative in d loss / d hidden).
inline std::int64_t padded_rows(std::int64_t rows) {
  return (rows + 7) / 8 * 8;
}

/// What forward and backward work on.
struct HeadInput {
  const Pack& pack;
  const PackPlan& plan;
  at::Tensor hidden;  ///< [padded rows, width] after the final norm; padding is zero
  at::Tensor weight;  ///< [vocabulary, width]
  const ForwardOptions& options;
  Workspace& scratch;
};

/// Fills `statistics` [rows] for the backward.
template <class T>
Predictions head_forward(const HeadInput& input, std::vector<RowStatistics>& statistics);
/// Writes d loss / d hidden and adds to the weight's gradient. To follow the forward at once: the logits of
/// its last chunk are still in `scratch`; those of the others are computed again.
template <class T>
void head_backward(const HeadInput& input, const PredictionGradients& gradients,
                   const std::vector<RowStatistics>& statistics, at::Tensor& dhidden, at::Tensor& dweight);

}  // namespace srl::model
