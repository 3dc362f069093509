#pragma once
// The longest common run of a region of at most 64 columns: the columns of a row are the bits of one word.
// O(rows * (length of the run) / words in a vector).
#include <cstdint>
#include <vector>

#include "reward/search/region.hpp"

namespace srl::reward {

struct BitScratch {
  std::vector<std::uint64_t> columns_of;  ///< per code, the columns that hold it; all 0 between calls
  std::vector<std::uint64_t> equal, alive, next;
};

inline constexpr std::int32_t bit_search_columns = 64;

/// As longest_run_by_lanes; codes are below `codes`, and scratch.columns_of grows to it.
template <class Code>
Run longest_run_by_bits(const Code* a, const Code* b, const Region& region, std::size_t codes,
                        BitScratch& scratch);

extern template Run longest_run_by_bits(const std::uint8_t*, const std::uint8_t*, const Region&, std::size_t,
                                        BitScratch&);
extern template Run longest_run_by_bits(const std::uint16_t*, const std::uint16_t*, const Region&,
                                        std::size_t, BitScratch&);
extern template Run longest_run_by_bits(const std::uint32_t*, const std::uint32_t*, const Region&,
                                        std::size_t, BitScratch&);

}  // namespace srl::reward
