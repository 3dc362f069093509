#pragma once
#include "grading/parse/expression.hpp"

namespace srl::grading {

/// Computes sums, multiples, products and transposes of matrices: each becomes one matrix of expressions.
void settle_matrices(Tree& tree);

}  // namespace srl::grading
