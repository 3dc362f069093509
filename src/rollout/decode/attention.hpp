#pragma once
// Attention of query rows over the paged cache. A row's result depends on its own query and keys only, bit
// for bit: scores, the softmax and the sum over values run over positions 0, 1, 2 … in one fixed order,
// whichever rows are computed beside it.
#include <cstdint>
#include <span>
#include <vector>

#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

/// One query row: it sees positions [0, length) of the sequence whose blocks these are.
struct AttentionRow {
  const BlockId* blocks = nullptr;  ///< [ceil(length / block_tokens)]
  std::int64_t length = 0;
  std::int64_t family =
      0;  ///< rows of one family (group) are likely to share blocks and are computed together
};

class Attention {
 public:
  Attention(std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim);
  /// Cuts the rows into units once for all layers; `rows` must stay until the last attend().
  void prepare(std::span<const AttentionRow> rows);
  /// queries [rows, query_stride] (heads x head_dim first, already scaled by 1/sqrt(head_dim)) → out [rows,
  /// heads * head_dim].
  void attend(const KvStorage& storage, std::int64_t layer, const float* queries, std::int64_t query_stride,
              float* out);

 private:
  struct Unit {
    std::int64_t begin, end;  ///< rows
  };
  struct Scratch {
    std::vector<float> queries, scores, sums;
  };
  void attend_unit(const KvStorage& storage, std::int64_t layer, std::int64_t kv_head, Unit unit,
                   const float* queries, std::int64_t query_stride, float* out, Scratch& scratch) const;
  std::int64_t heads_, kv_heads_, head_dim_, per_kv_;
  std::int64_t rows_per_unit_;
  std::int64_t most_positions_ = 0;  ///< longest row, rounded up to whole blocks
  std::span<const AttentionRow> rows_;
  std::vector<Unit> units_;
  std::vector<Scratch> scratch_;  ///< one a thread
};

}  // namespace srl::rollout
