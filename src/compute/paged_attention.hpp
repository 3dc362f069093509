#pragma once
// Attention of generation over pages of keys and values (kv_pages.hpp).
//
//   out[r] = sum over t < length[r] of softmax(q[r] k[t] / sqrt(head_dim)) v[t]     per head
//
// Rows that begin with the same pages (completions after one prompt) read these once, together. A row's bits
// do not depend on the other rows: on the CPU it adds positions 0, 1, 2 … in their order; on a GPU positions
// are cut at multiples of 256 and at the end of the row's shared pages, and the results of these parts are
// joined in order (merge_attention.hpp).
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "compute/gpu_rows.hpp"
#include "compute/kv_pages.hpp"
#include "device/array_builder.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// One query row: it sees positions [0, length) of its sequence.
struct PagedRow {
  std::span<const PageId> pages;  ///< [pages_for(length)]
  std::int64_t length = 0;
  /// Positions in pages that other rows may also have: whole pages of the prompt, at most `length`. A
  /// property of the row's sequence, whatever else is in the batch. For a GPU.
  std::int64_t shared = 0;
  /// The group: rows of a group often share pages. They must be adjacent to read them once. For the CPU.
  std::int64_t family = 0;
};

/// On the CPU, with the memory that it needs between forwards. T: float, double.
template <class T>
class PagedAttention {
 public:
  /// Throws Bug if there are more than 64 heads per key/value head.
  PagedAttention(std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim);
  /// Cuts the rows into units, once for all layers. `rows` must stay valid until the last attend().
  void prepare(std::span<const PagedRow> rows);
  /// queries, out [rows, heads * head_dim], queries already divided by sqrt(head_dim).
  void attend(const CpuPages<T>& pages, std::int64_t layer, Input<T> queries, Rows<T> out);

 private:
  struct Unit {
    std::int64_t begin, end;  ///< rows
  };
  struct Scratch {
    std::vector<T> queries, scores, sums;
  };
  void attend_unit(const CpuPages<T>& pages, std::int64_t layer, std::int64_t kv_head, Unit unit,
                   Input<T> queries, const Rows<T>& out, Scratch& scratch) const;
  std::int64_t kv_heads_, head_dim_, per_kv_;
  std::int64_t rows_per_unit_;
  std::int64_t most_positions_ = 0;  ///< longest row, rounded up to whole pages
  std::span<const PagedRow> rows_;
  std::vector<Unit> units_;
  std::vector<Scratch> scratch_;  ///< one per thread
};

/// Some rows at positions that they have in common.
struct AttentionItem {
  std::int32_t first = 0, rows = 0;  ///< in AttentionPlan::row and ::part
  std::int32_t page = 0;             ///< in AttentionPlan::pages, of position `begin`
  std::int32_t positions = 0;
};

/// What all layers of a forward on a GPU have in common, made on the host.
struct AttentionPlan {
  std::vector<AttentionItem> items;
  std::vector<std::int32_t> row, part;   ///< of the rows of all items: query row, and where its result goes
  std::vector<PageId> pages;             ///< of all items
  std::vector<std::int32_t> first_part;  ///< [rows + 1]: the parts of row r begin at first_part[r]
};
/// `queries_per_row`: heads / kv_heads, at most 64. Rows that share pages must be adjacent to read them once.
AttentionPlan plan_attention(std::span<const PagedRow> rows, std::int64_t queries_per_row);

/// The most parts of a row with so many positions, and the most pages of an item.
inline constexpr std::int64_t positions_per_part = 256, pages_per_item = positions_per_part / page_tokens;
inline std::int64_t most_parts(std::int64_t length) {
  return (length + positions_per_part - 1) / positions_per_part + 1;
}

/// The plan in a GPU's memory.
struct GpuAttentionPlan {
  device::Span<const AttentionItem> items;
  device::Span<const std::int32_t> row, part;
  device::Span<const PageId> pages;
  device::Span<const std::int32_t> first_part;
};
/// Where the plan will be once `arrays` are uploaded.
GpuAttentionPlan add_plan(device::ArrayBuilder& arrays, const AttentionPlan& plan);

/// Floats that paged_attention needs as `partial`.
std::size_t attention_partial(const AttentionPlan& plan, std::int64_t heads, std::int64_t head_dim);

/// On a GPU, in the stream's order. queries, out [rows, heads * head_dim] in float or bf16 (T), queries not
/// scaled; rows of queries begin at multiples of 16 bytes. In bf16 products are those of tensor cores, bf16
/// in and fp32 out; sums and the softmax are fp32. `partial` is overwritten. Throws Bug if shapes do not fit;
/// head_dim is at most 128.
template <class T>
void paged_attention(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> queries,
                     const GpuAttentionPlan& plan, const std::type_identity_t<GpuPagesOf<T>>& pages,
                     std::int64_t layer, GpuRows<T> out, device::Span<float> partial);

}  // namespace srl::compute
