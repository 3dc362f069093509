#pragma once
// Checks a pack and splits its attention into parts for the fused kernels. Only for this room.
#include <cstdint>
#include <span>
#include <vector>

#include "model/pack.hpp"

namespace srl::model {

/// Queries: batch * length tokens from query_begin on. Keys: either the same shape (causal, a batch of
/// sequences of equal length), or one block of key_length tokens (not causal, batch 1).
struct AttentionPart {
  std::int64_t query_begin = 0, length = 0, batch = 1;
  std::int64_t key_begin = 0, key_length = 0;
  bool causal = false;
};

struct PackPlan {
  std::int64_t tokens = 0;
  std::vector<std::int64_t> ids;        ///< [tokens]
  std::vector<std::int32_t> positions;  ///< [tokens] rope positions
  std::int32_t positions_end = 0;       ///< largest position + 1
  /// First every segment with itself, then segments with their parents, then with their parents' parents.
  /// Adjacent segments with the same keys form one part, so a group's completions attend to their prompt in
  /// one product.
  std::vector<AttentionPart> parts;
  std::vector<std::int64_t> rows;    ///< the pack's distinct rows, ascending
  std::vector<std::int64_t> row_of;  ///< [predictions] index into `rows`
};

/// Bug, naming the rule, when the pack breaks a rule of pack.hpp.
PackPlan plan_pack(const Pack& pack, std::int64_t vocab);

/// Predictions sorted by row of the plan.
class PredictionsByRow {
 public:
  PredictionsByRow() = default;
  explicit PredictionsByRow(const PackPlan& plan);
  /// Indices of the row's predictions, ascending.
  std::span<const std::int32_t> operator[](std::int64_t row) const {
    return {order_.data() + first_[row], order_.data() + first_[row + 1]};
  }
  const std::vector<std::int32_t>& first() const { return first_; }  ///< [rows + 1] into order()
  const std::vector<std::int32_t>& order() const { return order_; }  ///< [predictions]

  /// Of the gradients of the row's predictions.
  struct Sums {
    double logprob = 0, entropy = 0;
  };
  Sums sums(std::int64_t row, const PredictionGradients& of) const;

 private:
  std::vector<std::int32_t> first_, order_;
};

}  // namespace srl::model
