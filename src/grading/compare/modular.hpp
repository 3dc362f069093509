#pragma once
// Exact values of rational expressions in prime fields: expressions that agree at random points of two fields
// of about 2^61 elements are considered equal (Schwartz 1980, Zippel 1979: the probability of an error is
// less than degree / 2^61 per point). Supported: numbers, variables, + - * /, integer powers, factorials and
// binomials. i is a square root of -1 (both primes are 1 modulo 4). e, pi and infinity are variables, because
// no polynomial relation between them is known.
#include <array>
#include <cstdint>
#include <optional>

#include "grading/compare/budget.hpp"
#include "grading/parse/expression.hpp"

namespace srl::grading {

inline constexpr int modular_points = 4;  ///< two per field

/// Value of node `id` at point [0, modular_points), with `plus_minus` as the sign of ±. Empty when it is not
/// a rational expression or is not defined there (division by zero).
std::optional<std::uint64_t> modular_value(const Tree& tree, std::int32_t id, int plus_minus, int point,
                                           Budget& work);

}  // namespace srl::grading
