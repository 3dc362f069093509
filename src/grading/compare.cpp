#include "grading/compare.hpp"

#include <algorithm>
#include <cmath>

#include "grading/modular.hpp"
#include "grading/numeric.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;

// A node with the sign its ± stands for.
struct Item {
  Id id = -1;
  int sign = 1;
};

Outcome both(Outcome x, Outcome y) {
  if (x == Outcome::different || y == Outcome::different) {
    return Outcome::different;
  }
  return x == Outcome::undecided || y == Outcome::undecided ? Outcome::undecided : Outcome::same;
}

Outcome outcome(bool same) { return same ? Outcome::same : Outcome::different; }

class Comparer {
 public:
  Comparer(const Tree& a, const Tree& b, const GradingOptions& options, Work& work) : a_(a), b_(b), options_(options), work_(work) {}

  Comparison whole() {
    const std::vector<Item> x = items(a_, a_.root), y = items(b_, b_.root);
    if (is_empty_set(a_.at(a_.root)) || is_empty_set(b_.at(b_.root))) {
      return {outcome(is_empty_set(a_.at(a_.root)) && is_empty_set(b_.at(b_.root))), "set"};
    }
    const bool list_x = x.size() != 1 || a_.at(a_.root).kind == Kind::set, list_y = y.size() != 1 || b_.at(b_.root).kind == Kind::set;
    if (!list_x && !list_y) {
      return pair(x[0], y[0]);
    }
    const Kind kx = a_.at(a_.root).kind, ky = b_.at(b_.root).kind;
    const bool signs = (kx == Kind::tuple && x.size() > 1) || (ky == Kind::tuple && y.size() > 1);   // (\pm 1, 2) is two
    if ((kx == Kind::tuple) != (ky == Kind::tuple) && !signs) {   // (1, 2) and "1, 2": in order
      const bool round = (kx == Kind::tuple ? a_.at(a_.root) : b_.at(b_.root)).open == '(';
      return round && (kx == Kind::list || ky == Kind::list) ? ordered(tuple_items(a_, a_.root), tuple_items(b_, b_.root), "tuple") : Comparison{};
    }
    return unordered(x, y, kx == Kind::set, ky == Kind::set, kx == Kind::set || ky == Kind::set ? "set" : "list");
  }

 private:
  // What stands side by side at the top: the items of a list or set, each ± as two.
  static std::vector<Item> items(const Tree& tree, Id id) {
    const Node& node = tree.at(id);
    const std::vector<Id> ids = node.kind == Kind::list || node.kind == Kind::set || node.kind == Kind::joined ? node.children : std::vector<Id>{id};
    std::vector<Item> result;
    for (const Id child : ids) {
      result.push_back({child, 1});
      if (has_plus_minus(tree, child)) {
        result.push_back({child, -1});
      }
    }
    return result;
  }

  static std::vector<Item> tuple_items(const Tree& tree, Id id) {
    std::vector<Item> result;
    for (const Id child : tree.at(id).children) {
      result.push_back({child, 1});
    }
    return result;
  }

  Comparison pair(Item x, Item y) {
    const Node& p = a_.at(x.id);
    const Node& q = b_.at(y.id);
    if (p.kind == Kind::relation || q.kind == Kind::relation) {
      return relations(x, y);
    }
    if (p.kind == Kind::word || q.kind == Kind::word) {
      return words(p, q);
    }
    const bool x_many = is_container(p.kind), y_many = is_container(q.kind);
    if (!x_many && !y_many) {
      return is_operation_on_sets(p) && is_operation_on_sets(q) && p.name == q.name ? operands(p, q) : expressions(x, y);
    }
    if (p.kind == Kind::matrix || q.kind == Kind::matrix) {
      return matrices(p, q);
    }
    if (p.kind == Kind::tuple && q.kind == Kind::tuple) {
      return tuples(p, q, x, y);
    }
    if (is_empty_set(p) || is_empty_set(q)) {
      return {outcome(is_empty_set(p) && is_empty_set(q)), "set"};
    }
    if (p.kind == Kind::based && q.kind == Kind::based) {
      return {both(expressions({p.children[0], 1}, {q.children[0], 1}).outcome, expressions({p.children[1], 1}, {q.children[1], 1}).outcome), "number"};
    }
    const auto plain = [](Kind kind) { return kind == Kind::list || kind == Kind::set || kind == Kind::joined; };
    if (plain(p.kind) && plain(q.kind) && (p.kind == Kind::joined) == (q.kind == Kind::joined)) {
      return unordered(items(a_, x.id), items(b_, y.id), p.kind == Kind::set, q.kind == Kind::set, "set");
    }
    if ((p.kind == Kind::set && p.children.size() == 1 && !y_many) || (q.kind == Kind::set && q.children.size() == 1 && !x_many)) {
      return pair(p.kind == Kind::set ? Item{p.children[0], x.sign} : x, q.kind == Kind::set ? Item{q.children[0], y.sign} : y);
    }
    return {};
  }

  static bool is_container(Kind kind) {
    return kind == Kind::tuple || kind == Kind::set || kind == Kind::list || kind == Kind::joined || kind == Kind::matrix || kind == Kind::based;
  }

  static bool is_empty_set(const Node& node) {
    return (node.kind == Kind::set && node.children.empty()) || (node.kind == Kind::symbol && node.name == "emptyset");
  }

  static bool is_operation_on_sets(const Node& node) { return node.kind == Kind::apply && (node.name == "setminus" || node.name == "cap"); }

  Comparison operands(const Node& p, const Node& q) {
    const Outcome first = pair({p.children[0], 1}, {q.children[0], 1}).outcome;
    return {both(first, first == Outcome::different ? first : pair({p.children[1], 1}, {q.children[1], 1}).outcome), "set"};
  }

  static Comparison words(const Node& p, const Node& q) {
    const bool known = (p.kind == Kind::word || p.kind == Kind::symbol) && (q.kind == Kind::word || q.kind == Kind::symbol);
    return {outcome(known && p.name == q.name), "text"};
  }

  Comparison ordered(const std::vector<Item>& x, const std::vector<Item>& y, const char* how) {
    Comparison result{outcome(x.size() == y.size()), how};
    for (std::size_t k = 0; k < x.size() && result.outcome != Outcome::different; ++k) {
      result.outcome = both(result.outcome, pair(x[k], y[k]).outcome);
    }
    return result;
  }

  Comparison tuples(const Node& p, const Node& q, Item x, Item y) {
    const bool interval = p.children.size() == 2 && (p.open != '(' || p.close != ')' || !p.name.empty() || q.open != '(' || q.close != ')' || !q.name.empty());
    const bool same_ends = p.open == q.open && p.close == q.close;
    if (p.children.size() != q.children.size() || (p.children.size() == 2 && !same_ends) || (!p.name.empty() && !q.name.empty() && p.name != q.name)) {
      return {Outcome::different, interval ? "interval" : "tuple"};
    }
    std::vector<Item> left = tuple_items(a_, x.id), right = tuple_items(b_, y.id);
    for (Item& item : left) {
      item.sign = x.sign;
    }
    for (Item& item : right) {
      item.sign = y.sign;
    }
    return ordered(left, right, interval ? "interval" : "tuple");
  }

  Comparison matrices(const Node& p, const Node& q) {
    const auto vector_of = [](const Node& m) { return m.kind == Kind::tuple || m.columns == 1 || static_cast<std::size_t>(m.columns) == m.children.size(); };
    const bool shapes = p.kind == Kind::matrix && q.kind == Kind::matrix ? p.columns == q.columns
                        : (p.kind == Kind::tuple || q.kind == Kind::tuple) && vector_of(p) && vector_of(q);
    if (!shapes || p.children.size() != q.children.size()) {
      return {Outcome::different, "matrix"};
    }
    Comparison result{Outcome::same, "matrix"};
    for (std::size_t k = 0; k < p.children.size() && result.outcome != Outcome::different; ++k) {
      result.outcome = both(result.outcome, pair({p.children[k], 1}, {q.children[k], 1}).outcome);
    }
    return result;
  }

  // A pairing of all items with equal ones, by augmenting paths.
  Comparison unordered(std::vector<Item> x, std::vector<Item> y, bool x_is_set, bool y_is_set, const char* how) {
    drop_repeated(a_, x, x_is_set);
    drop_repeated(b_, y, y_is_set);
    if (x.size() != y.size() || x.size() > limits::items) {
      return {x.size() != y.size() ? Outcome::different : Outcome::undecided, how};
    }
    const std::size_t n = x.size();
    bool undecided = false;
    std::vector<std::vector<bool>> equal(n, std::vector<bool>(n));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const Outcome here = pair(x[i], y[j]).outcome;
        equal[i][j] = here == Outcome::same;
        undecided = undecided || here == Outcome::undecided;
      }
    }
    std::vector<std::size_t> partner(n, n);
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<bool> tried(n, false);
      if (!augment(i, equal, tried, partner)) {
        return {undecided ? Outcome::undecided : Outcome::different, how};
      }
    }
    return {Outcome::same, how};
  }

  // An element of a set and a solution (1, 2) listed twice are one; a number listed twice may be two sides of a triangle.
  void drop_repeated(const Tree& tree, std::vector<Item>& all, bool is_set) {
    std::vector<Item> kept;
    Comparer self(tree, tree, options_, work_);
    const auto may_repeat = [&](const Item& item) { return is_set || tree.at(item.id).kind == Kind::tuple; };
    for (const Item item : all) {
      const bool known = may_repeat(item) && kept.size() < limits::items && std::any_of(kept.begin(), kept.end(), [&](const Item& other) {
                           return may_repeat(other) && self.pair(item, other).outcome == Outcome::same;
                         });
      if (!known) {
        kept.push_back(item);
      }
    }
    all = std::move(kept);
  }

  static bool augment(std::size_t i, const std::vector<std::vector<bool>>& equal, std::vector<bool>& tried, std::vector<std::size_t>& partner) {
    for (std::size_t j = 0; j < partner.size(); ++j) {
      if (equal[i][j] && !tried[j]) {
        tried[j] = true;
        if (partner[j] == partner.size() || augment(partner[j], equal, tried, partner)) {
          partner[j] = i;
          return true;
        }
      }
    }
    return false;
  }

  // --- equations and inequalities

  static bool is_assignment(const Tree& tree, Id id) {
    const Node& node = tree.at(id);
    return node.kind == Kind::relation && node.ops.find_first_not_of('=') == std::string::npos && is_name(tree, node.children[0]);
  }

  static Item value_of(const Tree& tree, Item item) { return {tree.at(item.id).children.back(), item.sign}; }

  Comparison relations(Item x, Item y) {
    const Node& p = a_.at(x.id);
    const Node& q = b_.at(y.id);
    if (p.kind != Kind::relation || q.kind != Kind::relation) {
      const bool named = p.kind == Kind::relation ? is_assignment(a_, x.id) : is_assignment(b_, y.id);
      if (!named) {
        return {Outcome::different, "equation"};
      }
      const Comparison values = pair(p.kind == Kind::relation ? value_of(a_, x) : x, q.kind == Kind::relation ? value_of(b_, y) : y);
      return values;
    }
    if (is_assignment(a_, x.id) && is_assignment(b_, y.id)) {
      const Node& left = a_.at(p.children[0]);
      const Node& right = b_.at(q.children[0]);
      const bool heads = left.kind == Kind::apply && right.kind == Kind::apply && left.name == right.name;   // W(n) = 1, W(x) = 1
      if (heads && !has_variables(a_, p.children.back()) && !has_variables(b_, q.children.back())) {
        return pair(value_of(a_, x), value_of(b_, y));
      }
      if (const Outcome names = pair({p.children[0], 1}, {q.children[0], 1}).outcome; names == Outcome::same) {
        return pair(value_of(a_, x), value_of(b_, y));
      }
    }
    const bool equation = p.ops.find_first_not_of('=') == std::string::npos && q.ops.find_first_not_of('=') == std::string::npos;
    if (equation) {
      return {proportional({p.children.front(), x.sign}, {p.children.back(), x.sign}, {q.children.front(), y.sign}, {q.children.back(), y.sign}, false), "equation"};
    }
    if (p.ops != q.ops) {
      return {Outcome::different, "inequality"};
    }
    if (p.children.size() == 2 && p.ops != "e") {
      const bool ordered_by_size = p.ops == "<" || p.ops == "l";
      return {proportional({p.children[0], x.sign}, {p.children[1], x.sign}, {q.children[0], y.sign}, {q.children[1], y.sign}, ordered_by_size), "inequality"};
    }
    Comparison result{outcome(p.children.size() == q.children.size()), "inequality"};
    for (std::size_t k = 0; k < p.children.size() && result.outcome != Outcome::different; ++k) {
      result.outcome = both(result.outcome, pair({p.children[k], x.sign}, {q.children[k], y.sign}).outcome);
    }
    return result;
  }

  // Whether (l1 - r1) / (l2 - r2) is the same number at all points, and positive if asked.
  Outcome proportional(Item l1, Item r1, Item l2, Item r2, bool positive) {
    if (!(has_variables(a_, l1.id) || has_variables(a_, r1.id)) || !(has_variables(b_, l2.id) || has_variables(b_, r2.id))) {
      return Outcome::different;
    }
    int valid = 0;
    std::complex<long double> first = 0;
    for (int number = 0; number < limits::points; ++number) {
      const Point point{number};
      const auto la = numeric_value(a_, l1.id, l1.sign, point, work_), ra = numeric_value(a_, r1.id, r1.sign, point, work_);
      const auto lb = numeric_value(b_, l2.id, l2.sign, point, work_), rb = numeric_value(b_, r2.id, r2.sign, point, work_);
      if (!la || !ra || !lb || !rb) {
        continue;
      }
      const std::complex<long double> da = la->value - ra->value, db = lb->value - rb->value;
      if (std::abs(da) < 1e-9L || std::abs(db) < 1e-9L) {
        continue;
      }
      const std::complex<long double> ratio = da / db;
      if (valid++ == 0) {
        first = ratio;
      }
      if (std::abs(ratio - first) > 1e-10L * std::abs(first) || (positive && ratio.real() <= 0)) {
        return Outcome::different;
      }
    }
    return valid >= 3 ? Outcome::same : Outcome::undecided;
  }

  // --- expressions

  Comparison expressions(Item x, Item y) {
    const bool variables = has_variables(a_, x.id) || has_variables(b_, y.id);
    const char* const how = variables ? "symbolic" : "number";
    const bool tolerant = !variables && (is_approximate(a_, x.id) || is_approximate(b_, y.id));
    if (const std::optional<bool> exact = exactly_equal(x, y)) {
      if (*exact) {
        return {Outcome::same, how};
      }
      if (!tolerant) {
        return {options_.percent_or_fraction && !variables ? by_hundred(x, y) : Outcome::different, how};
      }
    }
    if (!variables) {
      const auto p = numeric_value(a_, x.id, x.sign, {}, work_), q = numeric_value(b_, y.id, y.sign, {}, work_);
      if (!p || !q) {
        return {Outcome::undecided, how};
      }
      if (close(*p, *q, 1, tolerant)) {
        return {Outcome::same, how};
      }
      return {options_.percent_or_fraction ? by_hundred(x, y) : Outcome::different, how};
    }
    return {at_points(x, y), how};
  }

  std::optional<bool> exactly_equal(Item x, Item y) {
    for (int point = 0; point < modular_points; ++point) {
      const auto p = modular_value(a_, x.id, x.sign, point, work_);
      const auto q = p ? modular_value(b_, y.id, y.sign, point, work_) : std::nullopt;
      if (!p || !q) {
        return std::nullopt;
      }
      if (*p != *q) {
        return false;
      }
    }
    return true;
  }

  // 1e-4 of the larger (METHOD 6), a hair more for the rounding of decimals; exact values within their error bounds.
  static bool close(const Approximation& p, const Approximation& q, long double scale, bool tolerant) {
    const long double difference = std::abs(p.value * scale - q.value);
    const long double size = std::max(std::abs(p.value * scale), std::abs(q.value));
    return difference <= (tolerant ? 1e-4L * size * (1 + 1e-15L) : 2 * (p.error * scale + q.error) + 1e-17L * size);
  }

  Outcome by_hundred(Item x, Item y) {
    const auto p = numeric_value(a_, x.id, x.sign, {}, work_), q = numeric_value(b_, y.id, y.sign, {}, work_);
    if (!p || !q) {
      return Outcome::undecided;
    }
    return outcome(close(*p, *q, 100, true) || close(*q, *p, 100, true));
  }

  Outcome at_points(Item x, Item y) {
    const bool positive = needs_positive(a_, x.id) || needs_positive(b_, y.id);
    const long double scale = std::max(point_scale(a_, x.id), point_scale(b_, y.id));
    int valid = 0;
    for (int number = 0; number < (positive ? limits::points / 2 : limits::points); ++number) {
      const Point point{number, scale};
      const auto p = numeric_value(a_, x.id, x.sign, point, work_), q = numeric_value(b_, y.id, y.sign, point, work_);
      if (work_.spent()) {
        return Outcome::undecided;
      }
      if (!p || !q) {
        continue;
      }
      if (!close(*p, *q, 1, false)) {
        return Outcome::different;
      }
      ++valid;
    }
    return valid >= 2 ? Outcome::same : Outcome::undecided;
  }

  const Tree& a_;
  const Tree& b_;
  const GradingOptions& options_;
  Work& work_;
};

}  // namespace

bool is_name(const Tree& tree, std::int32_t id) {
  const Node& node = tree.at(id);
  switch (node.kind) {
    case Kind::symbol: return node.name != "pi" && node.name != "e" && node.name != "i" && node.name != "infinity";
    case Kind::word:
    case Kind::apply: return true;
    case Kind::call: return node.name == "abs" && is_name(tree, node.children[0]);
    case Kind::tuple:
    case Kind::list:
    case Kind::multiply:
    case Kind::divide: return std::all_of(node.children.begin(), node.children.end(), [&](std::int32_t child) { return is_name(tree, child); });
    default: return false;
  }
}

Comparison compare(const Tree& a, const Tree& b, const GradingOptions& options, Work& work) {
  return Comparer(a, b, options, work).whole();
}

}  // namespace srl::grading
