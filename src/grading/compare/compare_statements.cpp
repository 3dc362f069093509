#include <algorithm>
#include <cmath>

#include "grading/compare/comparer.hpp"
#include "grading/compare/numeric.hpp"
#include "grading/parse/tree_properties.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;

bool is_assignment(const Tree& tree, Id id) {
  const Node& node = tree.at(id);
  return node.kind == Kind::relation && node.ops.find_first_not_of('=') == std::string::npos &&
         is_name(tree, node.children[0]);
}

Item value_of(const Tree& tree, Item item) {
  return {tree.at(item.id).children.back(), item.sign};
}

}  // namespace

Comparison Comparer::relations(Item x, Item y) {
  const Node& p = a_.at(x.id);
  const Node& q = b_.at(y.id);
  if (p.kind != Kind::relation || q.kind != Kind::relation) {
    const bool named = p.kind == Kind::relation ? is_assignment(a_, x.id) || states_value(a_, x.id, work_)
                                                : is_assignment(b_, y.id) || states_value(b_, y.id, work_);
    if (!named) { return {Outcome::different, "equation"}; }
    const Comparison values =
        pair(p.kind == Kind::relation ? value_of(a_, x) : x, q.kind == Kind::relation ? value_of(b_, y) : y);
    return values;
  }
  if (is_assignment(a_, x.id) && is_assignment(b_, y.id)) {
    const Node& left = a_.at(p.children[0]);
    const Node& right = b_.at(q.children[0]);
    const bool heads = left.kind == Kind::apply && right.kind == Kind::apply &&
                       left.name == right.name;  // W(n) = 1, W(x) = 1
    if (heads && !has_variables(a_, p.children.back()) && !has_variables(b_, q.children.back())) {
      return pair(value_of(a_, x), value_of(b_, y));
    }
    if (const Outcome names = pair({p.children[0], 1}, {q.children[0], 1}).outcome; names == Outcome::same) {
      return pair(value_of(a_, x), value_of(b_, y));
    }
  }
  if (states_value(a_, x.id, work_) && states_value(b_, y.id, work_)) {
    return pair(value_of(a_, x), value_of(b_, y));
  }
  const bool equation =
      p.ops.find_first_not_of('=') == std::string::npos && q.ops.find_first_not_of('=') == std::string::npos;
  if (equation) {
    return {proportional({p.children.front(), x.sign}, {p.children.back(), x.sign},
                         {q.children.front(), y.sign}, {q.children.back(), y.sign}, false),
            "equation"};
  }
  if (p.ops != q.ops) { return {Outcome::different, "inequality"}; }
  if (p.children.size() == 2 && p.ops != "e") {
    const bool ordered_by_size = p.ops == "<" || p.ops == "l";
    return {proportional({p.children[0], x.sign}, {p.children[1], x.sign}, {q.children[0], y.sign},
                         {q.children[1], y.sign}, ordered_by_size),
            "inequality"};
  }
  Comparison result{outcome(p.children.size() == q.children.size()), "inequality"};
  for (std::size_t k = 0; k < p.children.size() && result.outcome != Outcome::different; ++k) {
    result.outcome = both(result.outcome, pair({p.children[k], x.sign}, {q.children[k], y.sign}).outcome);
  }
  return result;
}

bool Comparer::states_value(const Tree& tree, std::int32_t id, Budget& work) {
  const Node& node = tree.at(id);
  if (node.kind != Kind::relation || node.ops.find_first_not_of('=') != std::string::npos ||
      has_variables(tree, id)) {
    return false;
  }
  const auto value = numeric_value(tree, node.children.back(), 1, {}, work);
  return value && std::all_of(node.children.begin(), node.children.end(), [&](std::int32_t side) {
           const auto other = numeric_value(tree, side, 1, {}, work);
           return other && std::abs(other->value - value->value) <=
                               1e-4L * (is_approximate(tree, id) ? std::abs(value->value) : 0) +
                                   4 * (other->error + value->error);
         });
}

// Whether (l1 - r1) / (l2 - r2) is the same number at all points; with `positive` it must also be positive.
Outcome Comparer::proportional(Item l1, Item r1, Item l2, Item r2, bool positive) {
  if (!(has_variables(a_, l1.id) || has_variables(a_, r1.id)) ||
      !(has_variables(b_, l2.id) || has_variables(b_, r2.id))) {
    return Outcome::different;
  }
  int valid = 0;
  std::complex<long double> first = 0;
  for (int number = 0; number < limits::points; ++number) {
    const Point point{number};
    const auto la = numeric_value(a_, l1.id, l1.sign, point, work_),
               ra = numeric_value(a_, r1.id, r1.sign, point, work_);
    const auto lb = numeric_value(b_, l2.id, l2.sign, point, work_),
               rb = numeric_value(b_, r2.id, r2.sign, point, work_);
    if (!la || !ra || !lb || !rb) { continue; }
    const std::complex<long double> da = la->value - ra->value, db = lb->value - rb->value;
    if (std::abs(da) < 1e-9L || std::abs(db) < 1e-9L) { continue; }
    const std::complex<long double> ratio = da / db;
    if (valid++ == 0) { first = ratio; }
    if (std::abs(ratio - first) > 1e-10L * std::abs(first) || (positive && ratio.real() <= 0)) {
      return Outcome::different;
    }
  }
  return valid >= 3 ? Outcome::same : Outcome::undecided;
}

bool is_name(const Tree& tree, std::int32_t id) {
  const Node& node = tree.at(id);
  switch (node.kind) {
    case Kind::symbol:
      return node.name != "pi" && node.name != "e" && node.name != "i" && node.name != "infinity";
    case Kind::word:
    case Kind::apply: return true;
    case Kind::call:
      return has_variables(tree, id) &&
             std::all_of(node.children.begin(), node.children.end(), [&](std::int32_t child) {
               return tree.at(child).kind == Kind::number || is_name(tree, child);
             });
    case Kind::tuple:
    case Kind::list:
    case Kind::multiply:
    case Kind::divide:
      return std::all_of(node.children.begin(), node.children.end(),
                         [&](std::int32_t child) { return is_name(tree, child); });
    default: return false;
  }
}

}  // namespace srl::grading
