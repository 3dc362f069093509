#pragma once
// The longest common run of a region by dynamic programming over diagonals with vector lanes: O(rows *
// columns / lanes) with 32 lanes of 8 bits or 16 lanes of 16 bits. The main search for ordinary lengths.
#include <cstdint>
#include <vector>

#include "reward/search/region.hpp"

namespace srl::reward {

template <class Code>
struct LaneScratch {
  struct alignas(32) Lanes {
    Code lane[32 / sizeof(Code)];
  };
  std::vector<Lanes> row_best;  ///< per row and lane, the longest run that ends there
  std::vector<Code> columns;    ///< b of the region, padded on both sides with codes that match nothing
};

/// Longest run; ties: earliest in a, then earliest in b (difflib's find_longest_match). Code 0 in a and the
/// largest code in b match nothing. Returns size -1 when a run may exceed the largest value of a lane; then
/// call it with wider codes.
template <class Code>
Run longest_run_by_lanes(const Code* a, const Code* b, const Region& region, LaneScratch<Code>& scratch);

extern template Run longest_run_by_lanes(const std::uint8_t*, const std::uint8_t*, const Region&,
                                         LaneScratch<std::uint8_t>&);
extern template Run longest_run_by_lanes(const std::uint16_t*, const std::uint16_t*, const Region&,
                                         LaneScratch<std::uint16_t>&);

}  // namespace srl::reward
