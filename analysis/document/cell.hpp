#pragma once
// One cell of a table: a value and what a renderer needs to show it. It is never formatted text.
#include <cstdint>
#include <string>
#include <variant>

#include "analysis/measure/statistics.hpp"

namespace srl::analysis {

/// Nothing was measured.
struct Absent {};
/// In the unit of its column.
struct Number {
  double value = 0;
  int digits = 0;  ///< shown after the point
};
/// A value with its 95% interval, in the unit of its column.
struct Estimate {
  double value = 0;
  Interval interval;
  int digits = 0;  ///< shown after the point, of the value and of both ends
};
struct Count {
  std::int64_t value = 0;
};
struct CountOf {
  std::int64_t part = 0, whole = 0;
};
/// The p-value of a test.
struct PValue {
  double value = 1;
};

using Cell = std::variant<Absent, std::string, Number, Estimate, Count, CountOf, PValue>;

}  // namespace srl::analysis
