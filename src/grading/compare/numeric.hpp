#pragma once
// Values of expressions, with a bound of their error.
#include <cstdint>
#include <optional>

#include "grading/compare/approximation.hpp"
#include "grading/compare/budget.hpp"
#include "grading/parse/expression.hpp"

namespace srl::grading {

/// Where variables stand: at points 0 … limits::points - 1 they are positive at the first half, of either
/// sign at the second, and of size 0.25 to 2.25 times `scale`.
struct Point {
  int number = 0;
  long double scale = 1;
};
/// Nothing where the value is not finite, where more than half of the digits are lost, or where the kind of
/// node has no value (tuples, text).
std::optional<Approximation> numeric_value(const Tree& tree, std::int32_t id, int plus_minus, Point point,
                                           Budget& work);

}  // namespace srl::grading
