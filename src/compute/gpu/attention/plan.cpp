#include <algorithm>

#include "compute/paged_attention.hpp"

namespace srl::compute {
namespace {

constexpr std::int64_t queries_per_item = 64;

/// The positions of a row at which its parts begin, and its length.
std::vector<std::int64_t> cuts_of(const PagedRow& row) {
  std::vector<std::int64_t> cuts;
  for (std::int64_t at = 0; at < row.shared; at += positions_per_part) { cuts.push_back(at); }
  if (row.shared < row.length) { cuts.push_back(row.shared); }
  for (std::int64_t at = row.shared / positions_per_part * positions_per_part + positions_per_part;
       at < row.length; at += positions_per_part) {
    cuts.push_back(at);
  }
  cuts.push_back(row.length);
  return cuts;
}

std::span<const PageId> pages_at(const PagedRow& row, std::int64_t begin, std::int64_t end) {
  const std::int64_t first = begin / page_tokens;
  return row.pages.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(pages_for(end) - first));
}

}  // namespace

AttentionPlan plan_attention(std::span<const PagedRow> rows, std::int64_t queries_per_row) {
  AttentionPlan plan;
  std::vector<std::vector<std::int64_t>> cuts;
  plan.first_part.push_back(0);
  for (const PagedRow& row : rows) {
    if (row.length < 1 || row.shared < 0 || row.shared > row.length || row.shared % page_tokens != 0 ||
        std::ssize(row.pages) < pages_for(row.length) || queries_per_row > queries_per_item) {
      throw Bug("paged attention of " + std::to_string(row.length) + " positions, " +
                std::to_string(row.shared) + " of them shared");
    }
    cuts.push_back(cuts_of(row));
    plan.first_part.push_back(plan.first_part.back() + static_cast<std::int32_t>(cuts.back().size()) - 1);
  }
  const std::int64_t most_rows = queries_per_item / queries_per_row;
  const auto longest = std::ranges::max_element(cuts, {}, [](const auto& of) { return of.size(); });
  for (std::size_t c = 0; longest != cuts.end() && c + 1 < longest->size(); ++c) {
    for (std::size_t r = 0; r < rows.size();) {
      if (c + 1 >= cuts[r].size()) {
        ++r;
        continue;
      }
      const std::int64_t begin = cuts[r][c], end = cuts[r][c + 1];
      const std::span<const PageId> pages = pages_at(rows[r], begin, end);
      AttentionItem item{static_cast<std::int32_t>(plan.row.size()), 0,
                         static_cast<std::int32_t>(plan.pages.size()),
                         static_cast<std::int32_t>(end - begin)};
      plan.pages.insert(plan.pages.end(), pages.begin(), pages.end());
      const auto is_same = [&](std::size_t other) {
        return end <= rows[r].shared && end <= rows[other].shared && c + 1 < cuts[other].size() &&
               cuts[other][c] == begin && cuts[other][c + 1] == end &&
               std::ranges::equal(pages, pages_at(rows[other], begin, end));
      };
      std::size_t last = r;
      do {
        plan.row.push_back(static_cast<std::int32_t>(last));
        plan.part.push_back(plan.first_part[last] + static_cast<std::int32_t>(c));
        ++item.rows;
        ++last;
      } while (last < rows.size() && item.rows < most_rows && is_same(last));
      plan.items.push_back(item);
      r = last;
    }
  }
  return plan;
}

GpuAttentionPlan add_plan(device::ArrayBuilder& arrays, const AttentionPlan& plan) {
  std::vector<std::int32_t> items;
  for (const AttentionItem& item : plan.items) {
    items.insert(items.end(), {item.first, item.rows, item.page, item.positions});
  }
  return {arrays.add(items).as<const AttentionItem>(), arrays.add(plan.row), arrays.add(plan.part),
          arrays.add(plan.pages), arrays.add(plan.first_part)};
}

std::size_t attention_partial(const AttentionPlan& plan, std::int64_t heads, std::int64_t head_dim) {
  return plan.row.size() * static_cast<std::size_t>(heads * (head_dim + 1));
}

}  // namespace srl::compute
