#pragma once
// Unions of intervals of real numbers.
#include <limits>
#include <vector>

namespace srl::grading {

struct RealInterval {
  long double low = 0, high = 0;
  bool low_closed = false, high_closed = false;
};

using RealIntervals = std::vector<RealInterval>;

inline constexpr long double infinite = std::numeric_limits<long double>::infinity();

/// Whether two ends are the same number within `tolerance`, relatively.
bool equal_ends(long double x, long double y, long double tolerance = 1e-13L);
/// In order, with parts joined that overlap or touch.
RealIntervals settled(RealIntervals parts);
RealIntervals complement(const RealIntervals& parts);
RealIntervals united(RealIntervals x, const RealIntervals& y);
RealIntervals intersection(const RealIntervals& x, const RealIntervals& y);

}  // namespace srl::grading
