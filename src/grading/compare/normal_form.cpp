#include <algorithm>

#include "grading/compare/compare.hpp"
#include "grading/compare/matrices.hpp"
#include "grading/compare/numeric.hpp"
#include "grading/parse/tree_properties.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;

bool is_variable(const Tree& tree, Id id) {
  const Node& node = tree.at(id);
  return node.kind == Kind::symbol && node.name != "e" && node.name != "pi" && node.name != "infinity" &&
         node.name != "i";
}

Id infinity(Tree& tree, bool negative) {
  Node node;
  node.kind = Kind::symbol;
  node.name = "infinity";
  const Id positive = tree.add(node);
  if (!negative) { return positive; }
  Node minus;
  minus.kind = Kind::negate;
  minus.children = {positive};
  return tree.add(minus);
}

// Reverses chains of > and >=, so that they use < and <=.
void turn(Node& relation) {
  if (relation.ops.find_first_of(">g") == std::string::npos ||
      relation.ops.find_first_not_of(">g") != std::string::npos) {
    return;
  }
  std::reverse(relation.children.begin(), relation.children.end());
  std::reverse(relation.ops.begin(), relation.ops.end());
  for (char& op : relation.ops) { op = op == '>' ? '<' : 'l'; }
}

void to_interval(Tree& tree, Id id) {
  const Node relation = tree.at(id);
  Node interval;
  interval.kind = Kind::tuple;
  const auto bounded = [&](Id side) { return !is_variable(tree, side); };
  if (relation.children.size() == 3 && bounded(relation.children[0]) &&
      is_variable(tree, relation.children[1]) && bounded(relation.children[2])) {
    interval.children = {relation.children[0], relation.children[2]};
    interval.open = relation.ops[0] == '<' ? '(' : '[';
    interval.close = relation.ops[1] == '<' ? ')' : ']';
    interval.name = tree.at(relation.children[1]).name;
  } else if (relation.children.size() == 2 && is_variable(tree, relation.children[0]) &&
             !has_variables(tree, relation.children[1])) {
    interval.children = {infinity(tree, true), relation.children[1]};
    interval.open = '(';
    interval.close = relation.ops[0] == '<' ? ')' : ']';
    interval.name = tree.at(relation.children[0]).name;
  } else if (relation.children.size() == 2 && is_variable(tree, relation.children[1]) &&
             !has_variables(tree, relation.children[0])) {
    interval.children = {relation.children[0], infinity(tree, false)};
    interval.open = relation.ops[0] == '<' ? '(' : '[';
    interval.close = ')';
    interval.name = tree.at(relation.children[1]).name;
  } else {
    return;
  }
  tree.at(id) = interval;
}

// Rewrites the real line without some numbers as a union of intervals.
void to_union(Tree& tree, Id id) {
  const Node minus = tree.at(id);
  const Node line = tree.at(minus.children[0]), removed = tree.at(minus.children[1]);
  const auto is_infinite = [&](Id end) {
    const Node& node = tree.at(end);
    return (node.kind == Kind::negate ? tree.at(node.children[0]) : node).name == "infinity";
  };
  if (line.kind != Kind::tuple || line.children.size() != 2 || !is_infinite(line.children[0]) ||
      !is_infinite(line.children[1]) || removed.kind != Kind::set || removed.children.empty()) {
    return;
  }
  std::vector<std::pair<long double, Id>> cuts;
  Budget work;
  for (const Id child : removed.children) {
    const auto value = has_variables(tree, child) ? std::nullopt : numeric_value(tree, child, 1, {}, work);
    if (!value) { return; }
    cuts.emplace_back(value->value.real(), child);
  }
  std::sort(cuts.begin(), cuts.end());
  Node joined;
  joined.kind = Kind::joined;
  Id begin = line.children[0];
  cuts.emplace_back(0, line.children[1]);
  for (const auto& [value, end] : cuts) {
    Node part = line;
    part.children = {begin, end};
    joined.children.push_back(tree.add(part));
    begin = end;
  }
  tree.at(id) = joined;
}

void settle_statement(Tree& tree, Id id) {
  if (tree.at(id).kind == Kind::apply && tree.at(id).name == "setminus") {
    to_union(tree, id);
  } else if (tree.at(id).kind == Kind::word && tree.at(id).name == "allrealnumbers") {
    Node line;
    line.kind = Kind::tuple;
    line.open = '(';
    line.close = ')';
    line.children = {infinity(tree, true), infinity(tree, false)};
    tree.at(id) = line;
  }
  if (tree.at(id).kind != Kind::relation) { return; }
  turn(tree.at(id));
  const std::string ops = tree.at(id).ops;
  if (ops == "e" && is_variable(tree, tree.at(id).children[0])) {
    const std::string name = tree.at(tree.at(id).children[0]).name;
    const Node inside = tree.at(tree.at(id).children[1]);
    tree.at(id) = inside;
    if (inside.kind == Kind::tuple) { tree.at(id).name = name; }
  } else if (ops.find_first_not_of("<l") == std::string::npos) {
    to_interval(tree, id);
  }
}

}  // namespace

void to_normal_form(Tree& tree) {
  for (Id id = 0, count = std::ssize(tree.nodes); id < count; ++id) {
    if (tree.at(id).kind != Kind::cases) { continue; }
    const std::vector<Id> parts = tree.at(id).children;
    for (std::size_t k = 1; k < parts.size(); k += 2) { settle_statement(tree, parts[k]); }
  }
  settle_matrices(tree);
  if (tree.at(tree.root).kind == Kind::list) {
    const std::vector<Id> items = tree.at(tree.root).children;
    for (const Id item : items) { settle_statement(tree, item); }
  } else {
    settle_statement(tree, tree.root);
  }
}

}  // namespace srl::grading
