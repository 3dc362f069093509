#pragma once
// Attention of generation over pages of keys and values (pages.hpp), on a GPU.
//
//   out[r] = sum over t < length[r] of softmax(q[r] k[t] / sqrt(head_dim)) v[t]     per head
//
// Rows that begin with the same pages (completions after one prompt) read these once, together. A row's
// positions are cut at multiples of 256 and at the end of its shared pages. Each cut is computed on its own,
// and the results are joined in order. So a row's bits do not depend on the other rows.
#include <cstdint>
#include <span>
#include <vector>

#include "compute/gpu/pages.hpp"

namespace srl::compute {

/// One query row: it sees positions [0, length) of its sequence.
struct PagedRow {
  std::span<const std::int32_t> pages;  ///< [ceil(length / page_tokens)]
  std::int64_t length = 0;
  /// Positions in pages that other rows may also have: whole pages of the prompt, at most `length`. A
  /// property of the row's sequence, whoever else is in the batch.
  std::int64_t shared = 0;
};

/// Some rows at positions that they have in common.
struct AttentionItem {
  std::int32_t first = 0, rows = 0;  ///< in AttentionPlan::row and ::part
  std::int32_t page = 0;             ///< in AttentionPlan::pages, of position `begin`
  std::int32_t positions = 0;
};

/// What all layers of a forward have in common, made on the host.
struct AttentionPlan {
  std::vector<AttentionItem> items;
  std::vector<std::int32_t> row, part;   ///< of the rows of all items: query row, and where its result goes
  std::vector<std::int32_t> pages;       ///< of all items
  std::vector<std::int32_t> first_part;  ///< [rows + 1]: the parts of row r begin at first_part[r]
};
/// `queries_per_row`: heads / kv_heads, at most 64. Rows that share pages must be adjacent to read them once.
AttentionPlan plan_attention(std::span<const PagedRow> rows, std::int64_t queries_per_row);

/// The plan in a GPU's memory.
struct GpuAttentionPlan {
  device::Span<const AttentionItem> items;
  device::Span<const std::int32_t> row, part, pages, first_part;
};

/// Floats that paged_attention needs as `partial`.
std::size_t attention_partial(const AttentionPlan& plan, std::int64_t heads, std::int64_t head_dim);

/// On a GPU, in the stream's order. queries, out [rows, heads * head_dim] in bf16, queries not scaled.
/// Products are those of tensor cores, bf16 in and fp32 out; sums and the softmax are fp32. `partial` is
/// overwritten. Throws Bug if shapes do not fit; head_dim is at most 128.
void paged_attention(const device::Stream& stream, GpuRows<const device::Bf16> queries,
                     const GpuAttentionPlan& plan, const GpuPages& pages, std::int64_t layer,
                     GpuRows<device::Bf16> out, device::Span<float> partial);

}  // namespace srl::compute
