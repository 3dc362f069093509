#include "rollout/decode/gpu_plan.hpp"

#include <algorithm>

#include "device/array_builder.hpp"

namespace srl::rollout {
namespace {

using device::ArrayBuilder;

compute::GpuAttentionPlan add_plan(ArrayBuilder& arrays, const compute::AttentionPlan& plan) {
  std::vector<std::int32_t> items;
  for (const compute::AttentionItem& item : plan.items) {
    items.insert(items.end(), {item.first, item.rows, item.page, item.positions});
  }
  return {arrays.add(items).as<const compute::AttentionItem>(), arrays.add(plan.row), arrays.add(plan.part),
          arrays.add(plan.pages), arrays.add(plan.first_part)};
}

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

}  // namespace

/// Of a row: id, position, page and whether it is wanted, and where its parts begin, with the end of each
/// slice; of a part: an item (4), its row and place, and pages.
std::size_t RowLimits::array_elements() const {
  return static_cast<std::size_t>(rows * (4 + 2) +
                                  rows * compute::most_parts(longest) * (6 + compute::pages_per_item));
}

GpuRowArrays upload_rows(const device::Stream& stream, std::span<const Row> rows, const RowLimits& limits,
                         device::Span<std::int32_t> memory) {
  std::vector<std::int32_t> ids, wanted;
  std::vector<std::int64_t> positions;
  std::vector<BlockId> pages;
  std::vector<compute::PagedRow> attending;
  for (const Row& row : rows) {
    const std::int64_t length = row.position + 1, blocks = blocks_for(length);
    if (row.wants_logits) { wanted.push_back(static_cast<std::int32_t>(ids.size())); }
    ids.push_back(row.token);
    positions.push_back(row.position);
    pages.push_back(row.blocks[blocks - 1]);
    attending.push_back({{row.blocks, static_cast<std::size_t>(blocks)}, length, row.shared, row.family});
  }
  ArrayBuilder arrays(memory);
  GpuRowArrays result;
  result.ids = arrays.add(ids);
  result.positions = arrays.add(positions);
  result.pages = arrays.add(pages);
  result.wanted = arrays.add(wanted);
  for (std::int64_t first = 0; first < std::ssize(rows);) {
    const std::int64_t count = rows_within(attending, first, limits.parts());
    const auto some =
        std::span(attending).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    result.slices.push_back(
        {first, count, add_plan(arrays, compute::plan_attention(some, limits.queries_per_row))});
    first += count;
  }
  arrays.upload(stream);
  return result;
}

}  // namespace srl::rollout
