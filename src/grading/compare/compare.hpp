#pragma once
// Compares two parsed answers mathematically. Expressions: exactly, in prime fields, when both are rational
// (modular.hpp); else by numeric values with error bounds, at points that depend on the variables' names
// (numeric.hpp). Two numbers are equal within a relative difference of 1e-4 when one of them is written with
// a decimal point or exponent; two exact numbers must be equal. Lists and sets: equal when there is a
// one-to-one pairing of equal items. Tuples, intervals, matrices: item by item. `x = 5` equals `5`, `x in S`
// equals S, and an inequality in one variable equals its interval. Other equations and inequalities are equal
// when the differences of their sides are proportional. a ± b is the list of both values. The comparison is
// symmetric.
#include <string>

#include "grading/compare/budget.hpp"
#include "grading/options.hpp"
#include "grading/parse/expression.hpp"

namespace srl::grading {

enum class Outcome { same, different, undecided };

struct Comparison {
  Outcome outcome = Outcome::different;
  std::string how =
      "different";  ///< number, symbolic, text, tuple, interval, set, list, matrix, equation, inequality
};

/// Rewrites top-level statements: inequalities to intervals, membership to the set.
void to_normal_form(Tree& tree);
/// Whether the node is a name for a value: x, f(x), |AB|, NO/BO, (p, q, r).
bool is_name(const Tree& tree, std::int32_t id);
/// Rewrites (a, b) = (1, 2) as a = 1, b = 2 if the other answer is a list of the same number of equations.
void spread_equalities(Tree& tree, const Tree& other);
/// Call to_normal_form on both trees first.
Comparison compare(const Tree& a, const Tree& b, const GradingOptions& options, Budget& work);

}  // namespace srl::grading
