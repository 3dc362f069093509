#pragma once
// Exact values of rational expressions in prime fields: two expressions that agree at random points of two
// fields of 2^61 elements are the same (Schwartz 1980, Zippel 1979: a wrong yes has probability under degree
// / 2^61 a point; answers cannot aim at it). Numbers, variables, + - * / and whole powers; factorials and
// binomials; i is a square root of -1 (both primes are 1 modulo 4), e, pi and infinity are variables: no
// polynomial relation between them is known.
#include <array>
#include <cstdint>
#include <optional>

#include "grading/compare/budget.hpp"
#include "grading/parse/expression.hpp"

namespace srl::grading {

inline constexpr int modular_points = 4;  ///< two a field

/// Value of node `id` at point [0, modular_points), with the sign of its ± chosen; nothing when it is no
/// rational expression or is not defined there (a zero divisor).
std::optional<std::uint64_t> modular_value(const Tree& tree, std::int32_t id, int plus_minus, int point,
                                           Budget& work);

}  // namespace srl::grading
