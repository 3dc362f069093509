#include "reward/search/suffix_array.hpp"

#include <algorithm>
#include <numeric>

namespace srl::reward {
namespace {

using Ints = std::vector<std::int32_t>;

// order = the positions of `by_second` stably sorted by rank, whose values are below `classes`.
void sort_by_rank(const Ints& by_second, const Ints& rank, std::size_t classes, Ints& counts, Ints& order) {
  counts.assign(classes + 1, 0);
  for (const std::int32_t r : rank) { ++counts[static_cast<std::size_t>(r) + 1]; }
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  for (const std::int32_t start : by_second) {
    order[static_cast<std::size_t>(
        counts[static_cast<std::size_t>(rank[static_cast<std::size_t>(start)])]++)] = start;
  }
}

}  // namespace

SuffixArray suffix_array(std::span<const std::uint32_t> symbols, std::uint32_t alphabet) {
  const std::int32_t n = static_cast<std::int32_t>(symbols.size());
  const std::size_t count = symbols.size();
  SuffixArray result;
  Ints& order = result.order;
  Ints& rank = result.rank;
  order.resize(count);
  rank.assign(symbols.begin(), symbols.end());
  Ints second(count), counts;
  std::iota(second.begin(), second.end(), 0);
  sort_by_rank(second, rank, alphabet, counts, order);
  Ints next(count);
  std::size_t classes = alphabet;
  for (std::int32_t length = 1; n > 1; length *= 2) {
    // Suffixes ordered by what follows their first `length` symbols: those that end there come first.
    std::int32_t filled = 0;
    for (std::int32_t start = std::max(0, n - length); start < n; ++start) {
      second[static_cast<std::size_t>(filled++)] = start;
    }
    for (const std::int32_t start : order) {
      if (start >= length) { second[static_cast<std::size_t>(filled++)] = start - length; }
    }
    sort_by_rank(second, rank, classes, counts, order);
    const auto tail = [&](std::int32_t start) {
      return start + length < n ? rank[static_cast<std::size_t>(start + length)] : -1;
    };
    std::int32_t cls = 0;
    next[static_cast<std::size_t>(order[0])] = 0;
    for (std::size_t k = 1; k < count; ++k) {
      const std::int32_t p = order[k - 1], q = order[k];
      cls += rank[static_cast<std::size_t>(p)] != rank[static_cast<std::size_t>(q)] || tail(p) != tail(q);
      next[static_cast<std::size_t>(q)] = cls;
    }
    rank.swap(next);
    classes = static_cast<std::size_t>(cls) + 1;
    if (classes == count || length >= n) { break; }
  }
  for (std::size_t k = 0; k < count; ++k) {
    rank[static_cast<std::size_t>(order[k])] = static_cast<std::int32_t>(k);
  }

  result.common.assign(count, 0);
  std::size_t shared = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (rank[i] == 0) {
      shared = 0;
      continue;
    }
    const std::size_t j = static_cast<std::size_t>(order[static_cast<std::size_t>(rank[i] - 1)]);
    while (i + shared < count && j + shared < count && symbols[i + shared] == symbols[j + shared]) {
      ++shared;
    }
    result.common[static_cast<std::size_t>(rank[i])] = static_cast<std::int32_t>(shared);
    shared -= shared > 0;
  }
  return result;
}

}  // namespace srl::reward
