#pragma once
// Values of expressions as complex numbers of 64-bit mantissas with a running bound of their error.
#include <complex>
#include <cstdint>
#include <optional>

#include "grading/expression.hpp"
#include "grading/work.hpp"

namespace srl::grading {

struct Approximation {
  std::complex<long double> value;
  long double error = 0;   ///< |value - exact| is at most this, to first order
};

/// Where variables stand: at points 0 … limits::points - 1 they are positive at the first half, of either sign at the second, and
/// of size 0.25 to 2.25 times `scale`.
struct Point {
  int number = 0;
  long double scale = 1;
};
/// Nothing where the value is not finite, where more than half of the digits are lost, or where the kind of node has no value
/// (tuples, text).
std::optional<Approximation> numeric_value(const Tree& tree, std::int32_t id, int plus_minus, Point point, Work& work);

/// Scale for expressions that round variables to whole numbers, which near 1 would all be alike; else 1.
long double point_scale(const Tree& tree, std::int32_t id);

/// Whether the expression is taken for positive variables only: roots, powers that are not whole, or logarithms of variables.
bool needs_positive(const Tree& tree, std::int32_t id);
/// Whether variables or unknown functions stand in it.
bool has_variables(const Tree& tree, std::int32_t id);
/// Whether a number in it is written with a decimal point or exponent.
bool is_approximate(const Tree& tree, std::int32_t id);
bool has_plus_minus(const Tree& tree, std::int32_t id);

}  // namespace srl::grading
