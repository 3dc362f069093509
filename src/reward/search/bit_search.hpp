#pragma once
// The longest common run of a region of at most 64 columns: the columns of a row are the bits of one 64-bit
// word. O(rows * (length of the run) / words per vector).
#include <cstdint>
#include <vector>

#include "reward/search/region.hpp"

namespace srl::reward {

struct BitScratch {
  std::vector<std::uint64_t> columns_of;  ///< per code, the columns with this code; all 0 between calls
  std::vector<std::uint64_t> equal, alive, next;
};

inline constexpr std::int32_t bit_search_columns = 64;

/// The same result as longest_run_by_lanes. Codes are less than `codes`; scratch.columns_of grows to this
/// size.
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
