#include "grading/parse/tree_properties.hpp"

#include <algorithm>

namespace srl::grading {
namespace {

template <class Test>
bool any_node(const Tree& tree, std::int32_t id, const Test& test) {
  const Node& node = tree.at(id);
  return test(node) || std::any_of(node.children.begin(), node.children.end(),
                                   [&](std::int32_t child) { return any_node(tree, child, test); });
}

bool is_variable(const Node& node) {
  return node.kind == Kind::apply ||
         (node.kind == Kind::symbol && node.name != "e" && node.name != "i" && node.name != "pi");
}

}  // namespace

long double point_scale(const Tree& tree, std::int32_t id) {
  const bool rounds = any_node(tree, id, [&](const Node& node) {
    return node.kind == Kind::call && (node.name == "floor" || node.name == "ceil") &&
           has_variables(tree, node.children[0]);
  });
  return rounds ? 97 : 1;
}

bool has_variables(const Tree& tree, std::int32_t id) {
  return any_node(tree, id, is_variable);
}

bool is_approximate(const Tree& tree, std::int32_t id) {
  return any_node(tree, id, [&](const Node& node) {
    return node.kind == Kind::number && tree.literals[node.literal].approximate;
  });
}

bool has_plus_minus(const Tree& tree, std::int32_t id) {
  return any_node(tree, id, [](const Node& node) { return node.kind == Kind::plus_minus; });
}

bool needs_positive(const Tree& tree, std::int32_t id) {
  return any_node(tree, id, [&](const Node& node) {
    if (node.kind == Kind::call) {
      return (node.name == "sqrt" || node.name == "root" || node.name == "ln" || node.name == "log" ||
              node.name == "lg") &&
             has_variables(tree, node.children[0]);
    }
    if (node.kind != Kind::power || !has_variables(tree, node.children[0])) { return false; }
    const Node* exponent = &tree.at(node.children[1]);
    if (exponent->kind == Kind::negate) { exponent = &tree.at(exponent->children[0]); }
    return exponent->kind != Kind::number || tree.literals[exponent->literal].exponent != 0;
  });
}

}  // namespace srl::grading
