#pragma once
// Values of expressions with error bounds.
#include <cstdint>
#include <optional>

#include "grading/compare/approximation.hpp"
#include "grading/compare/budget.hpp"
#include "grading/parse/expression.hpp"

namespace srl::grading {

/// Selects the values of variables, for numbers 0 … limits::points - 1. In the first half all values are
/// positive, in the second half they have either sign. Absolute values are 0.25 to 2.25 times `scale`.
struct Point {
  int number = 0;
  long double scale = 1;
};
/// Empty when the value is not finite, when more than half of the digits are lost, or for nodes without a
/// value (tuples, text).
std::optional<Approximation> numeric_value(const Tree& tree, std::int32_t id, int plus_minus, Point point,
                                           Budget& work);

}  // namespace srl::grading
