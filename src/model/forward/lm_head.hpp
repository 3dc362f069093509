#pragma once
// The language-model head over selected rows, in chunks of [chunk, vocabulary] logits. Only for this room
// (needs ATen).
#include <ATen/ATen.h>

#include "compute/head_rows.hpp"
#include "model/forward/pack_plan.hpp"
#include "model/forward/workspace.hpp"
#include "model/pack.hpp"

namespace srl::model {

using compute::RowStatistics;

/// Number of rows of `hidden` for `rows` predictions: a multiple of 8; padding rows are zero. With fewer than
/// 13 rows that are not a multiple of 4, MKL on several threads sums over the vocabulary in one sequence,
/// with six times the rounding error (measured in d loss / d hidden: 2.4e-6 instead of 3.9e-7 relative).
inline std::int64_t padded_rows(std::int64_t rows) {
  return (rows + 7) / 8 * 8;
}

/// Input of forward and backward.
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
/// Writes d loss / d hidden and adds to the weight's gradient. Call directly after the forward: the logits of
/// its last chunk are still in `scratch`. The logits of other chunks are recomputed.
template <class T>
void head_backward(const HeadInput& input, const PredictionGradients& gradients,
                   const std::vector<RowStatistics>& statistics, at::Tensor& dhidden, at::Tensor& dweight);

}  // namespace srl::model
