#pragma once
// Properties of expressions.
#include <cstdint>

#include "grading/parse/expression.hpp"

namespace srl::grading {

/// Scale of the values of variables. Greater than 1 for expressions that round variables to integers, because
/// near 1 all would round alike.
long double point_scale(const Tree& tree, std::int32_t id);

/// Whether the expression is evaluated only for positive variables: it has roots, non-integer powers or
/// logarithms of variables.
bool needs_positive(const Tree& tree, std::int32_t id);
/// Whether it contains variables or unknown functions.
bool has_variables(const Tree& tree, std::int32_t id);
/// Whether a number in it is written with a decimal point or exponent.
bool is_approximate(const Tree& tree, std::int32_t id);
bool has_plus_minus(const Tree& tree, std::int32_t id);

}  // namespace srl::grading
