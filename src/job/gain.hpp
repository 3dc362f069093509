#pragma once
// Whether a figure of a run rose: its mean over the last updates against that over the first ones.
#include <cstddef>
#include <optional>
#include <span>

namespace srl::job {

struct Gain {
  static constexpr std::size_t window = 10;  ///< updates on each side
  double first = 0, last = 0;                ///< means
  double low = 0, high = 0;                  ///< 95% interval of last - first over updates (Welch)
  double value() const { return last - first; }
  bool above_chance() const { return low > 0; }
};

/// Of the values of a run's updates in their order. Nothing where the two windows would overlap.
std::optional<Gain> gain_of(std::span<const double> values);

}  // namespace srl::job
