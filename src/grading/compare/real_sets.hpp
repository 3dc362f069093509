#pragma once
// Sets of real numbers: unions of intervals and points with numeric ends.
#include <optional>
#include <string>
#include <vector>

#include "grading/compare/budget.hpp"
#include "grading/compare/intervals.hpp"
#include "grading/parse/expression.hpp"

namespace srl::grading {

struct RealSet {
  std::vector<RealInterval> parts;  ///< in order, without a common point, and not touching
  std::string variable;             ///< of the inequality that describes it; may be empty
};

/// The set that a node describes: intervals, sets, unions, complements, x != 1, inequalities that are linear
/// in one variable, and lists of them. Empty when it describes no such set. A pair (1, 2) is read as an
/// interval.
std::optional<RealSet> real_set(const Tree& tree, std::int32_t id, Budget& work);
/// Whether the node can only be understood as a set: a union, a complement, an inequality.
bool describes_set(const Tree& tree, std::int32_t id);
bool same_set(const RealSet& x, const RealSet& y, bool tolerant);

}  // namespace srl::grading
