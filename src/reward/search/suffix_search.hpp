#pragma once
// Longest common runs of ever smaller regions, for long or adversarial sequences, whatever the shape of the
// recursion.
//
// Every row i of a keeps an upper bound of the longest run that starts there. It only falls as regions
// shrink, so a region takes its row with the largest bound (the earliest of equals) and asks the suffix array
// of a#b whether b has that run within the region, and where first. If so it is the answer; if not the bound
// is lowered to the exact value. A row is asked again only when the best run became shorter than its bound,
// so at most once for each distinct run length on its path of regions; these lengths add up to at most n, so
// there are at most sqrt(2n) of them: O((n + m) log(n + m) + n sqrt(n) log^2 m) at the very worst, and close
// to the first term in practice.
#include <cstdint>
#include <memory>
#include <span>

#include "reward/search/region.hpp"

namespace srl::reward {

class SuffixSearch {
 public:
  /// Codes of a and b as in longest_run_by_lanes, all below `codes`.
  SuffixSearch(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::uint32_t codes);
  ~SuffixSearch();
  SuffixSearch(SuffixSearch&&) noexcept;

  /// `longest_possible`: no run of the region is longer (the size found in the region it was cut from).
  /// Regions must be asked for in an order where each lies inside or beside all earlier ones, never around
  /// them.
  Run longest_run(const Region& region, std::int32_t longest_possible);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::reward
