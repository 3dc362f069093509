#pragma once
// Whether two parsed answers are mathematically the same.
//
// Expressions: exactly, in prime fields, when both are rational (modular.hpp); else by values of 64-bit
// mantissas with error bounds at points that depend on the variables' names (numeric.hpp). Numbers within
// 1e-4 of each other (relative) are equal when one of them is written with a decimal point or exponent; two
// exact ones must be equal. Lists and sets: some one-to-one pairing of equal items. Tuples, intervals,
// matrices: item by item. `x = 5` and `5`, `x in S` and S, inequalities in one variable and intervals are the
// same; other equations and inequalities are when their differences are proportional. a ± b is the list of
// both. Symmetric by construction.
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

/// Rewrites statements of the tree's top level to their plain form: inequalities to intervals, membership to
/// the set.
void to_normal_form(Tree& tree);
/// x, f(x), |AB|, NO/BO, (p, q, r): a name for a value.
bool is_name(const Tree& tree, std::int32_t id);
/// (a, b) = (1, 2) becomes a = 1, b = 2 where the other answer is a list of so many equations.
void spread_equalities(Tree& tree, const Tree& other);
/// Both trees are in_normal_form.
Comparison compare(const Tree& a, const Tree& b, const GradingOptions& options, Budget& work);

}  // namespace srl::grading
