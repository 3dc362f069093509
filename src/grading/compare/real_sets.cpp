#include "grading/compare/real_sets.hpp"

#include <algorithm>
#include <cmath>

#include "grading/compare/numeric.hpp"
#include "grading/parse/tree_properties.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;
using Real = long double;
using Parts = RealIntervals;

class Sets {
 public:
  Sets(const Tree& tree, Budget& work) : tree_(tree), work_(work) {}

  std::optional<Parts> parts(Id id) {
    if (!work_.spend()) { return std::nullopt; }
    const Node& node = tree_.at(id);
    switch (node.kind) {
      case Kind::tuple: return interval(node);
      case Kind::set: return points(node);
      case Kind::joined: return all(node.children, false);
      case Kind::list: return list(node);
      case Kind::apply:
        if (node.name == "setminus" || node.name == "cap") {
          return operation(node.children[0], node.children[1], node.name == "setminus");
        }
        return std::nullopt;
      case Kind::add: {
        const Node& minus = tree_.at(node.children[1]);
        return minus.kind == Kind::negate ? operation(node.children[0], minus.children[0], true)
                                          : std::nullopt;
      }
      case Kind::relation: return relation(node);
      case Kind::symbol: return node.name == "emptyset" ? std::optional(Parts{}) : std::nullopt;
      default: return std::nullopt;
    }
  }

  std::string variable;

 private:
  std::optional<Real> end(Id id) {
    const Node& node = tree_.at(id);
    if (node.kind == Kind::negate) {
      const std::optional<Real> value = end(node.children[0]);
      return value ? std::optional(-*value) : std::nullopt;
    }
    if (node.kind == Kind::symbol && node.name == "infinity") { return infinite; }
    if (has_variables(tree_, id) || has_plus_minus(tree_, id)) { return std::nullopt; }
    const auto value = numeric_value(tree_, id, 1, {}, work_);
    if (!value || std::fabs(value->value.imag()) > value->error + 1e-15L) { return std::nullopt; }
    return value->value.real();
  }

  bool names(const std::string& name) {
    if (name.empty()) { return true; }
    if (variable.empty()) { variable = name; }
    return variable == name;
  }

  std::optional<Parts> interval(const Node& node) {
    if (node.children.size() != 2 || node.open == ':' || !names(node.name)) { return std::nullopt; }
    const auto low = end(node.children[0]), high = end(node.children[1]);
    if (!low || !high) { return std::nullopt; }
    return settled(
        {{*low, *high, node.open == '[' && std::isfinite(*low), node.close == ']' && std::isfinite(*high)}});
  }

  std::optional<Parts> points(const Node& node) {
    Parts parts;
    for (const Id child : node.children) {
      const auto value = end(child);
      if (!value) { return std::nullopt; }
      parts.push_back({*value, *value, true, true});
    }
    return settled(parts);
  }

  std::optional<Parts> all(const std::vector<Id>& children, bool intersect) {
    std::optional<Parts> result;
    for (const Id child : children) {
      const std::optional<Parts> one = parts(child);
      if (!one) { return std::nullopt; }
      result = !result ? *one : intersect ? intersection(*result, *one) : united(*result, *one);
    }
    return result;
  }

  // Inequalities with "or" between them are a union. Without it they hold together, if they can.
  std::optional<Parts> list(const Node& node) {
    for (const Id child : node.children) {
      const Node& item = tree_.at(child);
      if (item.kind != Kind::relation && item.name.empty()) { return std::nullopt; }
    }
    if (node.flipped) { return all(node.children, false); }
    const std::optional<Parts> together = all(node.children, true);
    return together && together->empty() ? all(node.children, false) : together;
  }

  std::optional<Parts> operation(Id left, Id right, bool minus) {
    const std::optional<Parts> x = parts(left), y = x ? parts(right) : std::nullopt;
    if (!x || !y) { return std::nullopt; }
    return intersection(*x, minus ? complement(*y) : *y);
  }

  std::optional<Parts> relation(const Node& node) {
    if (node.ops == "n" || node.ops == "o" || node.ops == "e") {
      const Node& name = tree_.at(node.children[0]);
      if (name.kind != Kind::symbol || !names(name.name)) { return std::nullopt; }
      if (node.ops == "n") {
        const auto value = end(node.children[1]);
        return value ? std::optional(complement({{*value, *value, true, true}})) : std::nullopt;
      }
      const std::optional<Parts> set = parts(node.children[1]);
      return set && node.ops == "o" ? complement(*set) : set;
    }
    if (node.ops.find_first_not_of("<>lg") != std::string::npos) { return std::nullopt; }
    Parts result = {{-infinite, infinite, false, false}};
    for (std::size_t k = 0; k < node.ops.size(); ++k) {
      const std::optional<RealInterval> half = half_line(node.children[k], node.children[k + 1], node.ops[k]);
      if (!half) { return std::nullopt; }
      result = intersection(result, {*half});
    }
    return result;
  }

  // The only variable of both sides, as a node; -1 if there is none or another one.
  bool find_variable(Id id, Id& found) const {
    const Node& node = tree_.at(id);
    if (node.kind == Kind::apply || node.kind == Kind::word || node.kind == Kind::tuple) { return false; }
    if (node.kind == Kind::symbol && node.name != "e" && node.name != "pi") {
      if (node.name == "i" || node.name == "infinity" || (found >= 0 && tree_.at(found).name != node.name)) {
        return false;
      }
      found = id;
    }
    return std::all_of(node.children.begin(), node.children.end(),
                       [&](Id child) { return find_variable(child, found); });
  }

  // left op right, solved for the variable if the difference of the sides is linear in it.
  std::optional<RealInterval> half_line(Id left, Id right, char op) {
    Id name = -1;
    if (!find_variable(left, name) || !find_variable(right, name) || name < 0 ||
        !names(tree_.at(name).name)) {
      return std::nullopt;
    }
    Real slope = 0, offset = 0, first_x = 0, first_d = 0;
    for (int number = 0; number < limits::points; ++number) {
      const auto x = numeric_value(tree_, name, 1, {number}, work_),
                 l = numeric_value(tree_, left, 1, {number}, work_),
                 r = numeric_value(tree_, right, 1, {number}, work_);
      if (!x || !l || !r || std::fabs(l->value.imag()) + std::fabs(r->value.imag()) > 1e-15L) {
        return std::nullopt;
      }
      const Real at = x->value.real(), d = l->value.real() - r->value.real();
      if (number == 0) {
        first_x = at;
        first_d = d;
      } else if (number == 1) {
        slope = (d - first_d) / (at - first_x);
        offset = first_d - slope * first_x;
      } else if (std::fabs(slope * at + offset - d) >
                 1e-13L * (std::fabs(d) + std::fabs(slope) + std::fabs(offset))) {
        return std::nullopt;
      }
    }
    if (std::fabs(slope) < 1e-12L) { return std::nullopt; }
    Real root = -offset / slope;
    if (std::fabs(root) < 1e-15L) { root = 0; }
    const bool closed = op == 'l' || op == 'g';
    const bool below = (op == '<' || op == 'l') == (slope > 0);
    return below ? RealInterval{-infinite, root, false, closed} : RealInterval{root, infinite, closed, false};
  }

  const Tree& tree_;
  Budget& work_;
};

}  // namespace

std::optional<RealSet> real_set(const Tree& tree, std::int32_t id, Budget& work) {
  Sets sets(tree, work);
  const std::optional<Parts> parts = sets.parts(id);
  if (!parts) { return std::nullopt; }
  return RealSet{*parts, sets.variable};
}

bool describes_set(const Tree& tree, std::int32_t id) {
  const Node& node = tree.at(id);
  switch (node.kind) {
    case Kind::joined: return true;
    case Kind::apply: return node.name == "setminus" || node.name == "cap";
    case Kind::relation: return node.ops.find_first_not_of("<>lgnoe") == std::string::npos;
    case Kind::list:
      return std::all_of(node.children.begin(), node.children.end(), [&](Id child) {
        return describes_set(tree, child) || !tree.at(child).name.empty();
      });
    case Kind::add: {
      const Node& minus = tree.at(node.children[1]);
      return minus.kind == Kind::negate && tree.at(minus.children[0]).kind == Kind::set;
    }
    default: return false;
  }
}

bool same_set(const RealSet& x, const RealSet& y, bool tolerant) {
  const Real tolerance = tolerant ? 1e-4L : 1e-12L;
  return (x.variable.empty() || y.variable.empty() || x.variable == y.variable) &&
         std::equal(x.parts.begin(), x.parts.end(), y.parts.begin(), y.parts.end(),
                    [&](const RealInterval& p, const RealInterval& q) {
                      return p.low_closed == q.low_closed && p.high_closed == q.high_closed &&
                             equal_ends(p.low, q.low, tolerance) && equal_ends(p.high, q.high, tolerance);
                    });
}

}  // namespace srl::grading
