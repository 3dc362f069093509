#pragma once
// Attention of query rows over the paged cache. A row's result depends only on its own query and keys, bit
// for bit: scores, the softmax and the sum over values use positions 0, 1, 2 … in a fixed order, whatever
// other rows are in the batch.
#include <cstdint>
#include <span>
#include <vector>

#include "base/rows.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

/// One query row. It sees positions [0, length) of its sequence, stored in `blocks`.
struct AttentionRow {
  const BlockId* blocks = nullptr;  ///< [ceil(length / block_tokens)]
  std::int64_t length = 0;
  std::int64_t family = 0;  ///< the group; rows of a group often share blocks
};

class Attention {
 public:
  Attention(std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim);
  /// Cuts the rows into units, once for all layers. `rows` must stay valid until the last attend().
  void prepare(std::span<const AttentionRow> rows);
  /// queries [rows, heads * head_dim], already scaled by 1/sqrt(head_dim), → out, contiguous and of the same
  /// shape.
  void attend(const KvStorage& storage, std::int64_t layer, Rows<const float> queries, float* out);

 private:
  struct Unit {
    std::int64_t begin, end;  ///< rows
  };
  struct Scratch {
    std::vector<float> queries, scores, sums;
  };
  void attend_unit(const KvStorage& storage, std::int64_t layer, std::int64_t kv_head, Unit unit,
                   Rows<const float> queries, float* out, Scratch& scratch) const;
  std::int64_t heads_, kv_heads_, head_dim_, per_kv_;
  std::int64_t rows_per_unit_;
  std::int64_t most_positions_ = 0;  ///< longest row, rounded up to whole blocks
  std::span<const AttentionRow> rows_;
  std::vector<Unit> units_;
  std::vector<Scratch> scratch_;  ///< one per thread
};

}  // namespace srl::rollout
