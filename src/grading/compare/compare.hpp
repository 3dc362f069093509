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
/// Rewrites both so that different ways to write the same agree: (a, b) = (1, 2) and a = b = 1 as lists of
/// equations if the other is such a list, names of integer variables and of an added constant.
void match_forms(Tree& a, Tree& b);
/// Whether words beside the answers make them different: two units, two moduli, "or more".
bool remarks_differ(const Tree& a, const Tree& b);
/// Call to_normal_form on both trees first.
Comparison compare(const Tree& a, const Tree& b, const GradingOptions& options, Budget& work);

}  // namespace srl::grading
