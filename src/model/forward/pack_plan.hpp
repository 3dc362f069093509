#pragma once
// A pack checked and cut into the pieces of attention that the fused kernels compute. Inside this room only.
#include <cstdint>
#include <vector>

#include "model/pack.hpp"

namespace srl::model {

/// Queries [batch * length] tokens from query_begin on, against keys of the same shape (causal, batch of
/// sequences of equal length) or against one block of key_length tokens (not causal, batch 1).
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
  /// First every segment on itself, then segments on their parents, then on their parents' parents:
  /// neighbours that share the keys are one part, so a group's answers meet their prompt in a single product.
  std::vector<AttentionPart> parts;
  std::vector<std::int64_t> rows;    ///< the pack's distinct rows, ascending
  std::vector<std::int64_t> row_of;  ///< [predictions] index into `rows`
};

/// Bug when the pack breaks its own rules (pack.hpp), saying which.
PackPlan plan_pack(const Pack& pack, std::int64_t vocab);

}  // namespace srl::model
