#pragma once
// The control for a step: a step of another solution. It is chosen by position, so that the same set always
// gives the same pairs.
#include <cstddef>
#include <optional>

namespace srl::trajectory {

/// Starts at the step that is count / 2 away from `i` and returns the first step of another solution (by
/// solution_of(index)). Returns nothing if all steps are of one solution.
template <class SolutionOf>
std::optional<std::size_t> unrelated_step(std::size_t count, std::size_t i, const SolutionOf& solution_of) {
  for (std::size_t step = 0; step < count; ++step) {
    const std::size_t other = (i + count / 2 + step) % count;
    if (solution_of(other) != solution_of(i)) { return other; }
  }
  return std::nullopt;
}

}  // namespace srl::trajectory
