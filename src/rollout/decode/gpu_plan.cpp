#include "rollout/decode/gpu_plan.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "device/array_builder.hpp"

namespace srl::rollout {
namespace {

using device::ArrayBuilder;

/// As many rows from `first` on as have at most `most` parts together; at least one.
std::int64_t rows_within(std::span<const compute::PagedRow> rows, std::int64_t first, std::int64_t most) {
  std::int64_t end = first, parts = 0;
  do {
    parts += compute::most_parts(rows[static_cast<std::size_t>(end)].length);
    ++end;
  } while (end < std::ssize(rows) &&
           parts + compute::most_parts(rows[static_cast<std::size_t>(end)].length) <= most);
  return end - first;
}

/// The next of 1, 2, 4, 8, 16, 24, 32, … rows.
std::int64_t rows_filled_up(std::int64_t rows) {
  return rows <= 8 ? static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(rows)))
                   : (rows + 7) / 8 * 8;
}
std::int64_t parts_filled_up(std::int64_t parts, std::int64_t most) {
  return std::min(static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(parts))), most);
}

template <class I>
void fill(std::vector<I>& values, std::int64_t size, I with) {
  values.resize(static_cast<std::size_t>(size), with);
}

/// Rows as the arrays hold them.
struct HostRows {
  std::vector<std::int32_t> ids, wanted;
  std::vector<std::int64_t> positions;
  std::vector<BlockId> pages;
  std::vector<compute::PagedRow> attending;

  explicit HostRows(std::span<const Row> rows) {
    for (const Row& row : rows) {
      const std::int64_t length = row.position + 1, blocks = blocks_for(length);
      if (row.wants_logits) { wanted.push_back(static_cast<std::int32_t>(ids.size())); }
      ids.push_back(row.token);
      positions.push_back(row.position);
      pages.push_back(row.blocks[blocks - 1]);
      attending.push_back({{row.blocks, static_cast<std::size_t>(blocks)}, length, row.shared, row.family});
    }
  }
  StepSize fill_up(compute::AttentionPlan& plan, const RowLimits& limits) {
    const StepSize size{std::min(rows_filled_up(std::ssize(ids)), limits.with_logits),
                        parts_filled_up(std::ssize(plan.items), limits.parts()),
                        parts_filled_up(std::ssize(plan.row), limits.parts())};
    fill(ids, size.rows, 0);
    fill(positions, size.rows, std::int64_t{0});
    fill(pages, size.rows, compute::no_page);
    while (std::ssize(wanted) < size.rows) { wanted.push_back(static_cast<std::int32_t>(wanted.size())); }
    fill(plan.items, size.items, {});
    fill(plan.row, size.parts, 0);
    fill(plan.part, size.parts, 0);
    fill(plan.pages, size.items * compute::pages_per_item, BlockId{0});
    fill(plan.first_part, size.rows + 1, plan.first_part.back());
    return size;
  }
};

}  // namespace

/// Of a row: id, position, page and whether it is wanted, and where its parts begin, with the end of each
/// slice; of a part: an item (4), its row and place, and pages.
std::size_t RowLimits::array_elements() const {
  const std::int64_t all_parts = std::max(rows * compute::most_parts(longest), parts());
  return static_cast<std::size_t>(rows * (4 + 2) + all_parts * (6 + compute::pages_per_item));
}

GpuRowArrays upload_rows(const device::Stream& stream, std::span<const Row> rows, const RowLimits& limits,
                         device::Span<std::int32_t> memory, device::PinnedSpan<std::int32_t> host_memory,
                         bool fill_up) {
  HostRows host(rows);
  std::vector<std::pair<AttentionSlice, compute::AttentionPlan>> slices;
  for (std::int64_t first = 0; first < std::ssize(rows);) {
    const std::int64_t count = rows_within(host.attending, first, limits.parts());
    const auto some =
        std::span(host.attending).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    slices.push_back({{first, count, {}}, compute::plan_attention(some, limits.queries_per_row)});
    first += count;
  }
  GpuRowArrays result;
  if (fill_up && slices.size() == 1 && host.wanted.size() == rows.size()) {
    result.size = host.fill_up(slices[0].second, limits);
    slices[0].first.rows = result.size->rows;
  }
  ArrayBuilder arrays(memory);
  arrays.add(host.ids);
  result.ids = memory.first(host.ids.size());
  result.positions = arrays.add(host.positions);
  result.pages = arrays.add(host.pages);
  result.wanted = arrays.add(host.wanted);
  for (auto& [slice, plan] : slices) {
    slice.plan = compute::add_plan(arrays, plan);
    result.slices.push_back(slice);
  }
  arrays.upload(stream, host_memory);
  return result;
}

}  // namespace srl::rollout
