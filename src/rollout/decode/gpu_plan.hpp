#pragma once
// The rows of a forward as a GPU reads them: arrays in its memory, uploaded at once.
#include <cstdint>
#include <span>
#include <vector>

#include "compute/paged_attention.hpp"
#include "rollout/decode/decoder.hpp"

namespace srl::rollout {

/// The largest forward.
struct RowLimits {
  std::int64_t rows = 0;
  std::int64_t longest = 0;          ///< positions of a sequence
  std::int64_t queries_per_row = 0;  ///< heads / kv_heads

  /// Parts of attention (paged_attention.hpp) that are in memory at a time: those of all rows, if rows have
  /// up to 768 positions.
  std::int64_t parts() const { return std::max(4 * rows, compute::most_parts(longest)); }
  std::size_t array_elements() const;  ///< memory for the arrays of any forward
};

/// Rows whose attention is computed at once.
struct AttentionSlice {
  std::int64_t first = 0, rows = 0;
  compute::GpuAttentionPlan plan;
};

struct GpuRowArrays {
  device::Span<const std::int32_t> ids, positions, pages;  ///< [rows]
  device::Span<const std::int32_t> wanted;                 ///< rows with wants_logits
  std::vector<AttentionSlice> slices;
};

/// In the stream's order.
GpuRowArrays upload_rows(const device::Stream& stream, std::span<const Row> rows, const RowLimits& limits,
                         device::Span<std::int32_t> memory);

}  // namespace srl::rollout
