#pragma once
// Longest common runs of a sequence of shrinking regions, for long or adversarial sequences.
//
// Every row i of a has an upper bound of the longest run that starts there. The bound can only fall as
// regions shrink. A region takes its row with the largest bound (the first of equals) and asks the suffix
// array of a#b whether b has this run within the region, and where first. If it has, this is the result; if
// not, the bound is lowered to the exact value. A row is asked again only when the best run is shorter than
// its bound, so at most once per distinct run length on its path of regions. These lengths sum to at most n,
// so there are at most sqrt(2n) of them. Worst case: O((n + m) log(n + m) + n sqrt(n) log^2 m); in practice
// close to the first term.
#include <cstdint>
#include <memory>
#include <span>

#include "reward/search/region.hpp"

namespace srl::reward {

class SuffixSearch {
 public:
  /// Codes of a and b are as in longest_run_by_lanes, all less than `codes`.
  SuffixSearch(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, std::uint32_t codes);
  ~SuffixSearch();
  SuffixSearch(SuffixSearch&&) noexcept;

  /// `longest_possible`: no run of the region is longer (the size of the run found in the enclosing region).
  /// Each region must be inside or beside all earlier regions, and must never enclose them.
  Run longest_run(const Region& region, std::int32_t longest_possible);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::reward
