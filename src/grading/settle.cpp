#include <algorithm>

#include "grading/compare.hpp"
#include "grading/numeric.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;

bool is_variable(const Tree& tree, Id id) {
  const Node& node = tree.at(id);
  return node.kind == Kind::symbol && node.name != "e" && node.name != "pi" && node.name != "infinity" && node.name != "i";
}

Id infinity(Tree& tree, bool negative) {
  Node node;
  node.kind = Kind::symbol;
  node.name = "infinity";
  tree.nodes.push_back(node);
  if (!negative) {
    return static_cast<Id>(tree.nodes.size() - 1);
  }
  Node minus;
  minus.kind = Kind::negate;
  minus.children = {static_cast<Id>(tree.nodes.size() - 1)};
  tree.nodes.push_back(minus);
  return static_cast<Id>(tree.nodes.size() - 1);
}

// > and >= chains are read from the other side.
void turn(Node& relation) {
  if (relation.ops.find_first_of(">g") == std::string::npos || relation.ops.find_first_not_of(">g") != std::string::npos) {
    return;
  }
  std::reverse(relation.children.begin(), relation.children.end());
  std::reverse(relation.ops.begin(), relation.ops.end());
  for (char& op : relation.ops) {
    op = op == '>' ? '<' : 'l';
  }
}

void to_interval(Tree& tree, Id id) {
  const Node relation = tree.at(id);
  Node interval;
  interval.kind = Kind::tuple;
  const auto bounded = [&](Id side) { return !is_variable(tree, side); };
  if (relation.children.size() == 3 && bounded(relation.children[0]) && is_variable(tree, relation.children[1]) && bounded(relation.children[2])) {
    interval.children = {relation.children[0], relation.children[2]};
    interval.open = relation.ops[0] == '<' ? '(' : '[';
    interval.close = relation.ops[1] == '<' ? ')' : ']';
    interval.name = tree.at(relation.children[1]).name;
  } else if (relation.children.size() == 2 && is_variable(tree, relation.children[0]) && !has_variables(tree, relation.children[1])) {
    interval.children = {infinity(tree, true), relation.children[1]};
    interval.open = '(';
    interval.close = relation.ops[0] == '<' ? ')' : ']';
    interval.name = tree.at(relation.children[0]).name;
  } else if (relation.children.size() == 2 && is_variable(tree, relation.children[1]) && !has_variables(tree, relation.children[0])) {
    interval.children = {relation.children[0], infinity(tree, false)};
    interval.open = relation.ops[0] == '<' ? '(' : '[';
    interval.close = ')';
    interval.name = tree.at(relation.children[1]).name;
  } else {
    return;
  }
  tree.at(id) = interval;
}

void settle_statement(Tree& tree, Id id) {
  if (tree.at(id).kind != Kind::relation) {
    return;
  }
  turn(tree.at(id));
  const std::string ops = tree.at(id).ops;
  if (ops == "e" && is_variable(tree, tree.at(id).children[0])) {
    const std::string name = tree.at(tree.at(id).children[0]).name;
    const Node inside = tree.at(tree.at(id).children[1]);
    tree.at(id) = inside;
    if (inside.kind == Kind::tuple) {
      tree.at(id).name = name;
    }
  } else if (ops.find_first_not_of("<l") == std::string::npos) {
    to_interval(tree, id);
  }
}

}  // namespace

void settle(Tree& tree) {
  if (tree.at(tree.root).kind == Kind::list) {
    const std::vector<Id> items = tree.at(tree.root).children;
    for (const Id item : items) {
      settle_statement(tree, item);
    }
  } else {
    settle_statement(tree, tree.root);
  }
}

}  // namespace srl::grading
