#pragma once
// What stands in an expression.
#include <cstdint>

#include "grading/parse/expression.hpp"

namespace srl::grading {

/// Scale for expressions that round variables to whole numbers, which near 1 would all be alike; else 1.
long double point_scale(const Tree& tree, std::int32_t id);

/// Whether the expression is taken for positive variables only: roots, powers that are not whole, or
/// logarithms of variables.
bool needs_positive(const Tree& tree, std::int32_t id);
/// Whether variables or unknown functions stand in it.
bool has_variables(const Tree& tree, std::int32_t id);
/// Whether a number in it is written with a decimal point or exponent.
bool is_approximate(const Tree& tree, std::int32_t id);
bool has_plus_minus(const Tree& tree, std::int32_t id);

}  // namespace srl::grading
