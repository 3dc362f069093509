#include "reward/search/lane_search.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

namespace srl::reward {
namespace {

// GCC's vector types give the same code for every instruction set; GCC splits a vector if registers are
// shorter.
using Bytes = std::uint8_t __attribute__((vector_size(32)));
using Halves = std::uint16_t __attribute__((vector_size(32)));
using Quads = std::uint64_t __attribute__((vector_size(32)));
template <class Code>
using Vector = std::conditional_t<sizeof(Code) == 1, Bytes, Halves>;

template <class V>
inline V load(const void* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class V>
inline void lift(V& best, const V& v) {
  best = v > best ? v : best;
}

template <class V>
inline bool any(const V& mask) {
  const auto q = load<Quads>(&mask);
  return (q[0] | q[1] | q[2] | q[3]) != 0;
}

// One step of runs[d] = (b[d] == symbol) ? runs[d] + 1 : 0. Updates `best` with the maximum of the four
// vectors.
template <class Code, class V>
inline void step(V (&runs)[4], const Code* columns, Code symbol, V& best) {
  constexpr int lanes = 32 / sizeof(Code);
  const V wanted = V{} + symbol;
  for (int t = 0; t < 4; ++t) {
    const auto equal = load<V>(columns + t * lanes) == wanted;  // -1 where equal
    V mask;
    std::memcpy(&mask, &equal, sizeof mask);
    runs[t] = (runs[t] - mask) & mask;
  }
  V left = runs[0], right = runs[2];
  lift(left, runs[1]);
  lift(right, runs[3]);
  lift(left, right);
  lift(best, left);
}

// First position of needle[0, size) in hay[0, length). The needle must occur there.
template <class Code>
std::int32_t first_place(const Code* hay, std::int32_t length, const Code* needle, std::int32_t size) {
  using V = Vector<Code>;
  constexpr int lanes = 32 / sizeof(Code);
  const V head = V{} + needle[0], tail = V{} + needle[size - 1];
  const std::size_t bytes = size * sizeof(Code);
  std::int32_t j = 0;
  for (; j + size - 1 + lanes <= length; j += lanes) {
    const auto hit = (load<V>(hay + j) == head) & (load<V>(hay + j + size - 1) == tail);
    if (any(hit)) {
      for (int t = 0; t < lanes; ++t) {
        if (hit[t] && std::memcmp(hay + j + t, needle, bytes) == 0) { return j + t; }
      }
    }
  }
  while (j + size < length && std::memcmp(hay + j, needle, bytes) != 0) { ++j; }
  return j;
}

}  // namespace

template <class Code>
Run longest_run_by_lanes(const Code* a, const Code* b, const Region& region, LaneScratch<Code>& scratch) {
  using V = Vector<Code>;
  using Lanes = typename LaneScratch<Code>::Lanes;
  constexpr std::int32_t strip = 4 * 32 / sizeof(Code);
  constexpr Code nothing = std::numeric_limits<Code>::max();
  const std::int32_t rows = region.rows(), columns = region.columns();
  if (std::ssize(scratch.columns) < columns + 2 * strip) { scratch.columns.resize(columns + 2 * strip); }
  if (std::ssize(scratch.row_best) < rows) { scratch.row_best.resize(rows); }
  std::fill_n(scratch.columns.data(), strip, nothing);
  std::memcpy(scratch.columns.data() + strip, b + region.b_begin, columns * sizeof(Code));
  std::fill_n(scratch.columns.data() + strip + columns, strip, nothing);
  const Code* const inside = scratch.columns.data() + strip;
  const Code* const row_symbols = a + region.a_begin;
  Lanes* const row_best = scratch.row_best.data();
  std::memset(static_cast<void*>(row_best), 0, rows * sizeof(Lanes));

  // Strips of adjacent diagonals d = j - i. Each strip is walked down the rows with its runs in registers.
  for (std::int32_t d = 1 - rows; d < columns; d += strip) {
    const std::int32_t first = std::max<std::int32_t>(0, 1 - strip - d), last = std::min(rows, columns - d);
    V runs[4] = {};
    for (std::int32_t i = first; i < last; ++i) {
      V best = load<V>(row_best + i);
      step(runs, inside + d + i, row_symbols[i], best);
      std::memcpy(static_cast<void*>(row_best + i), &best, sizeof best);
    }
  }

  V best{};
  for (std::int32_t i = 0; i < rows; ++i) { lift(best, load<V>(row_best + i)); }
  Code size = 0;
  for (std::size_t t = 0; t < 32 / sizeof(Code); ++t) { size = std::max<Code>(size, best[t]); }
  if (size == 0) { return {}; }
  if (size == nothing) { return {0, 0, -1}; }
  const V wanted = V{} + size;
  std::int32_t end = 0;  // the earliest run of this size ends in the first such row
  while (!any(load<V>(row_best + end) == wanted)) { ++end; }
  const std::int32_t start = end + 1 - size;
  return {region.a_begin + start,
          region.b_begin + first_place<Code>(inside, columns, row_symbols + start, size), size};
}

template Run longest_run_by_lanes(const std::uint8_t*, const std::uint8_t*, const Region&,
                                  LaneScratch<std::uint8_t>&);
template Run longest_run_by_lanes(const std::uint16_t*, const std::uint16_t*, const Region&,
                                  LaneScratch<std::uint16_t>&);

}  // namespace srl::reward
