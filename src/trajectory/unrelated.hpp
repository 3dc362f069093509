#pragma once
// The control of a step: a step of another solution, chosen by position, so that the same set always gives
// the same pairs.
#include <cstddef>
#include <optional>

namespace srl::trajectory {

/// Of `count` steps the one half the set away from `i`, or the next behind it, whose solution_of(index)
/// differs from that of `i`; nothing when all are of one solution.
template <class SolutionOf>
std::optional<std::size_t> unrelated_step(std::size_t count, std::size_t i, const SolutionOf& solution_of) {
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t other = (i + count / 2 + step) % count;
    if (solution_of(other) != solution_of(i)) { return other; }
  }
  return std::nullopt;
}

}  // namespace srl::trajectory
