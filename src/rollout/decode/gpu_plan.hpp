#pragma once
// The rows of a forward as a GPU reads them: arrays in its memory, uploaded at once.
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "compute/paged_attention.hpp"
#include "rollout/decode/decoder.hpp"

namespace srl::rollout {

/// The largest forward.
struct RowLimits {
  std::int64_t rows = 0;
  std::int64_t with_logits = 0;
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

/// What a step must have in common with a captured one, so that a graph can repeat its work.
struct StepSize {
  std::int64_t rows = 0, items = 0, parts = 0;  ///< of arrays, with what fills them up
  auto operator<=>(const StepSize&) const = default;
};

struct GpuRowArrays {
  device::Span<std::int32_t> ids;  ///< [rows]; ids of samples are put in their places by the forward
  device::Span<const std::int32_t> positions, pages;  ///< [rows]
  device::Span<const std::int32_t> wanted;            ///< rows with wants_logits
  std::vector<AttentionSlice> slices;
  std::optional<StepSize> size;  ///< only of rows that were filled up
};

/// In the stream's order. With `fill_up` and one slice of rows that all have logits, the arrays are filled up
/// to one of a few sizes, and arrays of one size always have the same places. Rows that fill up have no
/// positions: they write no keys, and their attention is zero. `host_memory` has the size of `memory` and
/// must not change until the copy has run.
GpuRowArrays upload_rows(const device::Stream& stream, std::span<const Row> rows, const RowLimits& limits,
                         device::Span<std::int32_t> memory, device::PinnedSpan<std::int32_t> host_memory,
                         bool fill_up);

}  // namespace srl::rollout
