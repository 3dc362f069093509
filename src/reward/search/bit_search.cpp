#include "reward/search/bit_search.hpp"

#include <algorithm>
#include <bit>

namespace srl::reward {
namespace {

template <class Code>
Run single_row(const Code* a, const Code* b, const Region& region) {
  const Code* const end = b + region.b_end;
  const Code* const at = std::find(b + region.b_begin, end, a[region.a_begin]);
  const std::int32_t column = at - b;
  return at == end ? Run{} : Run{region.a_begin, column, 1};
}

template <class Code>
Run single_column(const Code* a, const Code* b, const Region& region) {
  const Code* const end = a + region.a_end;
  const Code* const at = std::find(a + region.a_begin, end, b[region.b_begin]);
  const std::int32_t row = at - a;
  return at == end ? Run{} : Run{row, region.b_begin, 1};
}

}  // namespace

template <class Code>
Run longest_run_by_bits(const Code* a, const Code* b, const Region& region, std::size_t codes,
                        BitScratch& scratch) {
  if (region.rows() == 1) { return single_row(a, b, region); }
  if (region.columns() == 1) { return single_column(a, b, region); }
  const std::size_t rows = region.rows();
  const std::size_t padded =
      rows + bit_search_columns;  // a run has at most 64 elements; padding rows match nothing
  if (scratch.columns_of.size() < codes) { scratch.columns_of.resize(codes, 0); }
  if (scratch.equal.size() < padded) {
    scratch.equal.resize(padded);
    scratch.alive.resize(padded);
    scratch.next.resize(padded);
  }
  std::uint64_t* const columns_of = scratch.columns_of.data();
  std::uint64_t* const equal = scratch.equal.data();
  const Code* const row = a + region.a_begin;
  const Code* const column = b + region.b_begin;
  for (std::int32_t j = 0; j < region.columns(); ++j) { columns_of[column[j]] |= std::uint64_t{1} << j; }
  std::uint64_t any = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    equal[i] = columns_of[row[i]];
    any |= equal[i];
  }
  for (std::int32_t j = 0; j < region.columns(); ++j) { columns_of[column[j]] = 0; }
  if (any == 0) { return {}; }
  std::fill_n(equal + rows, bit_search_columns, std::uint64_t{0});

  // alive[i] after round l: bits of the columns j with a[i, i+l) == b[j, j+l).
  const std::uint64_t* alive = equal;
  std::uint64_t* next = scratch.next.data();
  std::int32_t size = 1;
  for (; size < bit_search_columns; ++size) {
    const std::uint64_t* const shifted = equal + size;
    const int shift = size;
    any = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      next[i] = alive[i] & (shifted[i] >> shift);
      any |= next[i];
    }
    if (any == 0) { break; }
    alive = next;
    next = next == scratch.next.data() ? scratch.alive.data() : scratch.next.data();
  }
  std::int32_t first = 0;
  while (alive[first] == 0) { ++first; }
  return {region.a_begin + first, region.b_begin + std::countr_zero(alive[first]), size};
}

template Run longest_run_by_bits(const std::uint8_t*, const std::uint8_t*, const Region&, std::size_t,
                                 BitScratch&);
template Run longest_run_by_bits(const std::uint16_t*, const std::uint16_t*, const Region&, std::size_t,
                                 BitScratch&);
template Run longest_run_by_bits(const std::uint32_t*, const std::uint32_t*, const Region&, std::size_t,
                                 BitScratch&);

}  // namespace srl::reward
