#include "reward/search/suffix_array.hpp"

#include <algorithm>
#include <numeric>

namespace srl::reward {
namespace {

using Ints = std::vector<std::int32_t>;

// order = the positions in `by_second`, stably sorted by rank. Ranks are less than `classes`.
void sort_by_rank(const Ints& by_second, const Ints& rank, std::int32_t classes, Ints& counts, Ints& order) {
  counts.assign(classes + 1, 0);
  for (const std::int32_t r : rank) { ++counts[r + 1]; }
  std::partial_sum(counts.begin(), counts.end(), counts.begin());
  for (const std::int32_t start : by_second) { order[counts[rank[start]]++] = start; }
}

}  // namespace

SuffixArray suffix_array(std::span<const std::uint32_t> symbols, std::uint32_t alphabet) {
  const std::int32_t n = std::ssize(symbols);
  SuffixArray result;
  Ints& order = result.order;
  Ints& rank = result.rank;
  order.resize(n);
  rank.assign(symbols.begin(), symbols.end());
  Ints second(n), counts;
  std::iota(second.begin(), second.end(), 0);
  sort_by_rank(second, rank, alphabet, counts, order);
  Ints next(n);
  std::int32_t classes = alphabet;
  for (std::int32_t length = 1; n > 1; length *= 2) {
    // Sort suffixes by the part after their first `length` symbols. Suffixes that end there come first.
    std::int32_t filled = 0;
    for (std::int32_t start = std::max(0, n - length); start < n; ++start) { second[filled++] = start; }
    for (const std::int32_t start : order) {
      if (start >= length) { second[filled++] = start - length; }
    }
    sort_by_rank(second, rank, classes, counts, order);
    const auto tail = [&](std::int32_t start) { return start + length < n ? rank[start + length] : -1; };
    std::int32_t cls = 0;
    next[order[0]] = 0;
    for (std::int32_t k = 1; k < n; ++k) {
      const std::int32_t p = order[k - 1], q = order[k];
      cls += rank[p] != rank[q] || tail(p) != tail(q);
      next[q] = cls;
    }
    rank.swap(next);
    classes = cls + 1;
    if (classes == n || length >= n) { break; }
  }
  for (std::int32_t k = 0; k < n; ++k) { rank[order[k]] = k; }

  result.common.assign(n, 0);
  std::int32_t shared = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    if (rank[i] == 0) {
      shared = 0;
      continue;
    }
    const std::int32_t j = order[rank[i] - 1];
    while (i + shared < n && j + shared < n && symbols[i + shared] == symbols[j + shared]) { ++shared; }
    result.common[rank[i]] = shared;
    shared -= shared > 0;
  }
  return result;
}

}  // namespace srl::reward
