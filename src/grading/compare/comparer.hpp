#pragma once
// Comparison of two trees in normal form (to_normal_form), in three files: whole answers and containers
// (compare.cpp), equations and inequalities (compare_statements.cpp), expressions (compare_expressions.cpp).
#include <cstdint>
#include <optional>
#include <vector>

#include "grading/compare/compare.hpp"

namespace srl::grading {

/// A node, and the sign that replaces its ±.
struct Item {
  std::int32_t id = -1;
  int sign = 1;
};

inline Outcome outcome(bool same) {
  return same ? Outcome::same : Outcome::different;
}
/// Outcome for two parts that must both be the same.
Outcome both(Outcome x, Outcome y);

/// Whether there is a one-to-one pairing of equal items.
bool pairs_all(const std::vector<std::vector<bool>>& equal);
bool is_container(Kind kind);

class Comparer {
 public:
  Comparer(const Tree& a, const Tree& b, const GradingOptions& options, Budget& work)
      : a_(a), b_(b), options_(options), work_(work) {}

  Comparison whole();

 private:
  // The two answers, without reading them as sets of numbers.
  Comparison top_level();
  // Compares an item of a with an item of b.
  Comparison pair(Item x, Item y);

  // Containers.
  Comparison operands(const Node& p, const Node& q);
  Comparison ordered(const std::vector<Item>& x, const std::vector<Item>& y, const char* how);
  Comparison tuples(const Node& p, const Node& q, Item x, Item y);
  Comparison matrices(const Node& p, const Node& q);
  Comparison words(Item x, Item y);
  Comparison cases(const Node& p, const Node& q);
  bool same_condition(std::int32_t p, std::int32_t q);
  // Finds a one-to-one pairing of equal items.
  Comparison unordered(std::vector<Item> x, std::vector<Item> y, bool x_is_set, bool y_is_set,
                       const char* how);
  void drop_repeated(const Tree& tree, std::vector<Item>& all, bool is_set);

  // Equations and inequalities.
  Comparison relations(Item x, Item y);
  // Whether the relation is a true equation without variables: 2 + 3 = 5.
  static bool states_value(const Tree& tree, std::int32_t id, Budget& work);
  // Whether (l1 - r1) / (l2 - r2) is the same number at all points; with `positive` it must also be positive.
  Outcome proportional(Item l1, Item r1, Item l2, Item r2, bool positive);

  // Expressions.
  Comparison expressions(Item x, Item y);
  // Empty when one of them has no value in a prime field.
  std::optional<bool> exactly_equal(Item x, Item y);
  Outcome by_hundred(Item x, Item y);
  Outcome at_points(Item x, Item y);

  const Tree& a_;
  const Tree& b_;
  const GradingOptions& options_;
  Budget& work_;
};

}  // namespace srl::grading
