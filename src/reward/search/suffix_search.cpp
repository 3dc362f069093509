#include "reward/search/suffix_search.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "reward/search/suffix_array.hpp"
#include "reward/search/wavelet.hpp"

namespace srl::reward {
namespace {

using Ints = std::vector<std::int32_t>;

// Segment tree over values. Finds the largest value of a range and its earliest position.
class MaxTree {
 public:
  explicit MaxTree(const Ints& values)
      : leaves_(std::bit_ceil(std::max<std::size_t>(1, values.size()))), tree_(2 * leaves_, -1) {
    std::copy(values.begin(), values.end(), &tree_[leaves_]);
    for (std::size_t k = leaves_ - 1; k > 0; --k) { tree_[k] = std::max(tree_[2 * k], tree_[2 * k + 1]); }
  }
  std::int32_t value(std::int32_t i) const { return tree_[leaves_ + i]; }
  void set(std::int32_t i, std::int32_t value) {
    std::size_t k = leaves_ + i;
    tree_[k] = value;
    for (k /= 2; k > 0; k /= 2) {
      const std::int32_t larger = std::max(tree_[2 * k], tree_[2 * k + 1]);
      if (tree_[k] == larger) { break; }
      tree_[k] = larger;
    }
  }
  // Earliest index of the largest value in [begin, end), begin < end.
  std::int32_t earliest_largest(std::int32_t begin, std::int32_t end) const {
    std::size_t best = 0;
    std::size_t right[64];
    int rights = 0;
    std::size_t l = leaves_ + begin, r = leaves_ + end;
    const auto take = [&](std::size_t node) { best = best == 0 || tree_[node] > tree_[best] ? node : best; };
    for (; l < r; l /= 2, r /= 2) {
      if (l & 1) { take(l++); }
      if (r & 1) { right[rights++] = --r; }
    }
    while (rights > 0) { take(right[--rights]); }
    while (best < leaves_) { best = tree_[2 * best] == tree_[best] ? 2 * best : 2 * best + 1; }
    return best - leaves_;
  }

 private:
  std::size_t leaves_;
  Ints tree_;
};

// Segment tree over values >= 0. Finds the nearest position on either side with a value less than a bound.
class MinTree {
 public:
  explicit MinTree(const Ints& values)
      : count_(values.size()), leaves_(std::bit_ceil(values.size() + 1)), tree_(2 * leaves_, -1) {
    std::copy(values.begin(), values.end(), &tree_[leaves_]);
    for (std::size_t k = leaves_ - 1; k > 0; --k) { tree_[k] = std::min(tree_[2 * k], tree_[2 * k + 1]); }
  }
  // Largest k <= i with value[k] < bound. value[0] is always less than bound.
  std::int32_t below_at_or_before(std::int32_t i, std::int32_t bound) const {
    std::size_t k = leaves_ + i;
    if (tree_[k] >= bound) {
      while ((k & 1) == 0 || tree_[k - 1] >= bound) { k /= 2; }
      for (--k; k < leaves_;) { k = tree_[2 * k + 1] < bound ? 2 * k + 1 : 2 * k; }
    }
    return k - leaves_;
  }
  // Smallest k > i with value[k] < bound; the number of values if there is none (leaves after the end are
  // -1).
  std::int32_t below_after(std::int32_t i, std::int32_t bound) const {
    std::size_t k = leaves_ + i;
    while ((k & 1) == 1 || tree_[k + 1] >= bound) { k /= 2; }
    for (++k; k < leaves_;) { k = tree_[2 * k] < bound ? 2 * k : 2 * k + 1; }
    return std::min<std::int64_t>(count_, k - leaves_);
  }

 private:
  std::int32_t count_;
  std::size_t leaves_;
  Ints tree_;
};

// a, a separator that occurs only once, and b. So a common prefix of a suffix of a and a suffix of b stays
// inside both.
std::vector<std::uint32_t> joined(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                                  std::uint32_t separator) {
  std::vector<std::uint32_t> text(a.begin(), a.end());
  text.push_back(separator);
  text.insert(text.end(), b.begin(), b.end());
  return text;
}

// Start positions of b's suffixes in b, in suffix order.
Ints starts_in_b(const SuffixArray& suffixes, std::int32_t b_offset) {
  Ints starts;
  for (const std::int32_t start : suffixes.order) {
    if (start >= b_offset) { starts.push_back(start - b_offset); }
  }
  return starts;
}

// Per row of a, the longest run that starts there, anywhere in b: the better of the nearest suffixes of b on
// both sides.
Ints row_bounds(const SuffixArray& suffixes, std::int32_t a_size) {
  Ints bounds(a_size, 0);
  const std::size_t count = suffixes.order.size();
  std::int32_t shared = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const std::int32_t start = suffixes.order[k];
    shared = std::min(shared, suffixes.common[k]);
    if (start > a_size) {
      shared = std::numeric_limits<std::int32_t>::max();
    } else if (start < a_size) {
      bounds[start] = shared;
    }
  }
  shared = 0;
  for (std::size_t k = count; k-- > 0;) {
    const std::int32_t start = suffixes.order[k];
    if (start > a_size) {
      shared = std::numeric_limits<std::int32_t>::max();
    } else if (start < a_size) {
      bounds[start] = std::max(bounds[start], shared);
    }
    shared = std::min(shared, suffixes.common[k]);
  }
  return bounds;
}

}  // namespace

struct SuffixSearch::Impl {
  Impl(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::uint32_t codes)
      : a_size(a.size()),
        suffixes(suffix_array(joined(a, b, codes), codes + 1)),
        common(suffixes.common),
        b_before(suffixes.order.size() + 1, 0),
        b_starts(starts_in_b(suffixes, a_size + 1)),
        bound(row_bounds(suffixes, a_size)) {
    for (std::size_t k = 0; k < suffixes.order.size(); ++k) {
      b_before[k + 1] = b_before[k] + (suffixes.order[k] > a_size);
    }
  }

  // First column in [begin, end) where `size` elements equal a[row, row + size) and do not pass `end`; -1 if
  // there is none.
  std::int32_t first_column(std::int32_t row, std::int32_t size, std::int32_t begin, std::int32_t end) const {
    const std::int32_t rank = suffixes.rank[row];
    const std::int32_t low = b_before[common.below_at_or_before(rank, size)];
    const std::int32_t high = b_before[common.below_after(rank, size)];
    const std::int32_t column = low < high ? b_starts.next_value(low, high, begin) : -1;
    return column >= 0 && column + size <= end ? column : -1;
  }

  std::int32_t a_size;
  SuffixArray suffixes;
  MinTree common;
  Ints b_before;  // [k]: number of suffixes of b among the first k suffixes
  WaveletMatrix b_starts;
  MaxTree bound;
};

SuffixSearch::SuffixSearch(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                           std::uint32_t codes)
    : impl_(std::make_unique<Impl>(a, b, codes)) {}
SuffixSearch::~SuffixSearch() = default;
SuffixSearch::SuffixSearch(SuffixSearch&&) noexcept = default;

Run SuffixSearch::longest_run(const Region& region, std::int32_t longest_possible) {
  MaxTree& bound = impl_->bound;
  const std::int32_t reach = std::min(longest_possible, region.rows());
  for (std::int32_t i = region.a_end - reach; i < region.a_end;
       ++i) {  // rows whose runs may pass the region's end
    if (bound.value(i) > region.a_end - i) { bound.set(i, region.a_end - i); }
  }
  for (;;) {
    const std::int32_t row = bound.earliest_largest(region.a_begin, region.a_end);
    const std::int32_t size = bound.value(row);
    if (size == 0) { return {}; }
    if (size > reach) {  // the bound is still that of a larger region
      bound.set(row, reach);
      continue;
    }
    const std::int32_t column = impl_->first_column(row, size, region.b_begin, region.b_end);
    if (column >= 0) { return {row, column, size}; }
    std::int32_t known = 0, refused = size;  // find the exact value by bisection
    while (refused - known > 1) {
      const std::int32_t middle = known + (refused - known) / 2;
      (impl_->first_column(row, middle, region.b_begin, region.b_end) >= 0 ? known : refused) = middle;
    }
    bound.set(row, known);
  }
}

}  // namespace srl::reward
