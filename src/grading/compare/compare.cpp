#include <algorithm>

#include "grading/compare/comparer.hpp"
#include "grading/compare/real_sets.hpp"
#include "grading/parse/tree_properties.hpp"
#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;

// The items of a list or set, or the node itself. An item with ± counts as two.
std::vector<Item> items(const Tree& tree, Id id) {
  const Node& node = tree.at(id);
  const std::vector<Id> ids = node.kind == Kind::list || node.kind == Kind::set || node.kind == Kind::joined
                                  ? node.children
                                  : std::vector<Id>{id};
  std::vector<Item> result;
  for (const Id child : ids) {
    result.push_back({child, 1});
    if (has_plus_minus(tree, child)) { result.push_back({child, -1}); }
  }
  return result;
}

std::vector<Item> tuple_items(const Tree& tree, Id id) {
  std::vector<Item> result;
  for (const Id child : tree.at(id).children) { result.push_back({child, 1}); }
  return result;
}

bool is_empty_set(const Node& node) {
  return (node.kind == Kind::set && node.children.empty()) ||
         (node.kind == Kind::symbol && node.name == "emptyset");
}

/// The sets of A ∩ B ∩ C, whose order does not matter.
std::vector<Item> intersected(const Tree& tree, const Node& node) {
  std::vector<Item> result;
  for (const Id child : node.children) {
    const Node& part = tree.at(child);
    if (part.kind == Kind::apply && part.name == "cap") {
      for (const Item& item : intersected(tree, part)) { result.push_back(item); }
    } else {
      result.push_back({child, 1});
    }
  }
  return result;
}

bool is_operation_on_sets(const Node& node) {
  return node.kind == Kind::apply && (node.name == "setminus" || node.name == "cap");
}

}  // namespace

Comparison Comparer::whole() {
  const Comparison found = top_level();
  if (found.outcome == Outcome::same || !(describes_set(a_, a_.root) || describes_set(b_, b_.root))) {
    return found;
  }
  const std::optional<RealSet> x = real_set(a_, a_.root, work_),
                               y = x ? real_set(b_, b_.root, work_) : std::nullopt;
  const bool tolerant = x && y && (is_approximate(a_, a_.root) || is_approximate(b_, b_.root));
  return x && y && same_set(*x, *y, tolerant) ? Comparison{Outcome::same, "set"} : found;
}

Comparison Comparer::top_level() {
  const std::vector<Item> x = items(a_, a_.root), y = items(b_, b_.root);
  if (is_empty_set(a_.at(a_.root)) || is_empty_set(b_.at(b_.root))) {
    return {outcome(is_empty_set(a_.at(a_.root)) && is_empty_set(b_.at(b_.root))), "set"};
  }
  const bool list_x = x.size() != 1 || a_.at(a_.root).kind == Kind::set,
             list_y = y.size() != 1 || b_.at(b_.root).kind == Kind::set;
  if (!list_x && !list_y) { return pair(x[0], y[0]); }
  const Kind kx = a_.at(a_.root).kind, ky = b_.at(b_.root).kind;
  const bool signs = (kx == Kind::tuple && x.size() > 1) ||
                     (ky == Kind::tuple && y.size() > 1);      // (\pm 1, 2) means two tuples
  if ((kx == Kind::tuple) != (ky == Kind::tuple) && !signs) {  // compare (1, 2) and "1, 2" in order
    const bool round = (kx == Kind::tuple ? a_.at(a_.root) : b_.at(b_.root)).open == '(';
    return round && (kx == Kind::list || ky == Kind::list)
               ? ordered(tuple_items(a_, a_.root), tuple_items(b_, b_.root), "tuple")
               : Comparison{};
  }
  return unordered(x, y, kx == Kind::set, ky == Kind::set,
                   kx == Kind::set || ky == Kind::set ? "set" : "list");
}

Comparison Comparer::pair(Item x, Item y) {
  const Node& p = a_.at(x.id);
  const Node& q = b_.at(y.id);
  if (p.kind == Kind::relation || q.kind == Kind::relation) { return relations(x, y); }
  if (p.kind == Kind::word || q.kind == Kind::word) { return words(x, y); }
  if (p.kind == Kind::cases || q.kind == Kind::cases) { return cases(p, q); }
  const bool x_many = is_container(p.kind), y_many = is_container(q.kind);
  if (!x_many && !y_many) {
    return is_operation_on_sets(p) && is_operation_on_sets(q) && p.name == q.name ? operands(p, q)
                                                                                  : expressions(x, y);
  }
  if (p.kind == Kind::matrix || q.kind == Kind::matrix) { return matrices(p, q); }
  if (p.kind == Kind::tuple && q.kind == Kind::tuple) { return tuples(p, q, x, y); }
  if (is_empty_set(p) || is_empty_set(q)) { return {outcome(is_empty_set(p) && is_empty_set(q)), "set"}; }
  if (p.kind == Kind::based && q.kind == Kind::based) {
    return {both(expressions({p.children[0], 1}, {q.children[0], 1}).outcome,
                 expressions({p.children[1], 1}, {q.children[1], 1}).outcome),
            "number"};
  }
  const auto plain = [](Kind kind) {
    return kind == Kind::list || kind == Kind::set || kind == Kind::joined;
  };
  if (plain(p.kind) && plain(q.kind) && (p.kind == Kind::joined) == (q.kind == Kind::joined)) {
    return unordered(items(a_, x.id), items(b_, y.id), p.kind == Kind::set, q.kind == Kind::set, "set");
  }
  if ((p.kind == Kind::set && p.children.size() == 1 && !y_many) ||
      (q.kind == Kind::set && q.children.size() == 1 && !x_many)) {
    return pair(p.kind == Kind::set ? Item{p.children[0], x.sign} : x,
                q.kind == Kind::set ? Item{q.children[0], y.sign} : y);
  }
  return {};
}

Comparison Comparer::operands(const Node& p, const Node& q) {
  if (p.name == "cap") { return unordered(intersected(a_, p), intersected(b_, q), false, false, "set"); }
  const Outcome first = pair({p.children[0], 1}, {q.children[0], 1}).outcome;
  return {
      both(first, first == Outcome::different ? first : pair({p.children[1], 1}, {q.children[1], 1}).outcome),
      "set"};
}

Comparison Comparer::ordered(const std::vector<Item>& x, const std::vector<Item>& y, const char* how) {
  Comparison result{outcome(x.size() == y.size()), how};
  for (std::size_t k = 0; k < x.size() && result.outcome != Outcome::different; ++k) {
    result.outcome = both(result.outcome, pair(x[k], y[k]).outcome);
  }
  return result;
}

Comparison Comparer::tuples(const Node& p, const Node& q, Item x, Item y) {
  const bool interval = p.children.size() == 2 && (p.open != '(' || p.close != ')' || !p.name.empty() ||
                                                   q.open != '(' || q.close != ')' || !q.name.empty());
  const bool same_ends = p.open == q.open && p.close == q.close;
  if (p.children.size() != q.children.size() || (p.children.size() == 2 && !same_ends) ||
      (!p.name.empty() && !q.name.empty() && p.name != q.name)) {
    return {Outcome::different, interval ? "interval" : "tuple"};
  }
  std::vector<Item> left = tuple_items(a_, x.id), right = tuple_items(b_, y.id);
  for (Item& item : left) { item.sign = x.sign; }
  for (Item& item : right) { item.sign = y.sign; }
  return ordered(left, right, interval ? "interval" : "tuple");
}

Comparison Comparer::matrices(const Node& p, const Node& q) {
  const auto vector_of = [](const Node& m) {
    return m.kind == Kind::tuple || m.columns == 1 || m.columns == std::ssize(m.children);
  };
  const bool shapes = p.kind == Kind::matrix && q.kind == Kind::matrix
                          ? p.columns == q.columns
                          : (p.kind == Kind::tuple || q.kind == Kind::tuple) && vector_of(p) && vector_of(q);
  if (!shapes || p.children.size() != q.children.size()) { return {Outcome::different, "matrix"}; }
  Comparison result{Outcome::same, "matrix"};
  for (std::size_t k = 0; k < p.children.size() && result.outcome != Outcome::different; ++k) {
    result.outcome = both(result.outcome, pair({p.children[k], 1}, {q.children[k], 1}).outcome);
  }
  return result;
}

// Finds a one-to-one pairing of equal items, by augmenting paths.
Comparison Comparer::unordered(std::vector<Item> x, std::vector<Item> y, bool x_is_set, bool y_is_set,
                               const char* how) {
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
  if (!pairs_all(equal)) { return {undecided ? Outcome::undecided : Outcome::different, how}; }
  return {Outcome::same, how};
}

// Removes repeated elements of a set and repeated tuples such as solutions (1, 2). Repeated numbers of a list
// stay: they may be, for example, two sides of a triangle.
void Comparer::drop_repeated(const Tree& tree, std::vector<Item>& all, bool is_set) {
  std::vector<Item> kept;
  Comparer self(tree, tree, options_, work_);
  const auto may_repeat = [&](const Item& item) { return is_set || tree.at(item.id).kind == Kind::tuple; };
  for (const Item item : all) {
    const bool known = may_repeat(item) && kept.size() < limits::items &&
                       std::any_of(
                           kept.begin(), kept.end(),
                           [&](const Item& other) {
                             return may_repeat(other) && self.pair(item, other).outcome == Outcome::same;
                           });
    if (!known) { kept.push_back(item); }
  }
  all = std::move(kept);
}

Outcome both(Outcome x, Outcome y) {
  if (x == Outcome::different || y == Outcome::different) { return Outcome::different; }
  return x == Outcome::undecided || y == Outcome::undecided ? Outcome::undecided : Outcome::same;
}

Comparison compare(const Tree& a, const Tree& b, const GradingOptions& options, Budget& work) {
  return Comparer(a, b, options, work).whole();
}

}  // namespace srl::grading
