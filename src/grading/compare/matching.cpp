// Agreement of two trees on names, forms and remarks.
#include <algorithm>
#include <functional>

#include "grading/compare/compare.hpp"
#include "grading/parse/tree_properties.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;
using Names = std::vector<std::string>;

bool is_tuple_of(const Tree& tree, Id id, std::size_t size) {
  return tree.at(id).kind == Kind::tuple && tree.at(id).children.size() == size;
}

bool is_equation(const Node& node) {
  return node.kind == Kind::relation && node.ops == "=";
}

// The equations of (a, b) = (1, 2) or of a = b = 1; empty if the tree is neither with `size` equations.
std::vector<std::pair<Id, Id>> equations_of(const Tree& tree, std::size_t size) {
  const Node& root = tree.at(tree.root);
  std::vector<std::pair<Id, Id>> pairs;
  if (is_equation(root) && is_tuple_of(tree, root.children[0], size) &&
      is_tuple_of(tree, root.children[1], size)) {
    for (std::size_t k = 0; k < size; ++k) {
      pairs.emplace_back(tree.at(root.children[0]).children[k], tree.at(root.children[1]).children[k]);
    }
  } else if (root.kind == Kind::relation && size > 1 && root.children.size() == size + 1 &&
             root.ops.find_first_not_of('=') == std::string::npos) {
    for (std::size_t k = 0; k < size; ++k) { pairs.emplace_back(root.children[k], root.children.back()); }
  }
  return pairs;
}

void spread_equalities(Tree& tree, const Tree& other) {
  const Node& list = other.at(other.root);
  const bool equations =
      list.kind == Kind::list && std::all_of(list.children.begin(), list.children.end(),
                                             [&](Id item) { return is_equation(other.at(item)); });
  const std::vector<std::pair<Id, Id>> pairs =
      equations ? equations_of(tree, list.children.size()) : std::vector<std::pair<Id, Id>>();
  if (pairs.empty()) { return; }
  Node spread;
  spread.kind = Kind::list;
  for (const auto& [left, right] : pairs) {
    Node one;
    one.kind = Kind::relation;
    one.ops = "=";
    one.children = {left, right};
    spread.children.push_back(tree.add(one));
  }
  tree.at(tree.root) = spread;
}

void rename(Tree& tree, const std::string& from, const std::string& to) {
  for (Node& node : tree.nodes) {
    if (node.kind == Kind::symbol && node.name == from) { node.name = to; }
  }
}

Names variables_of(const Tree& tree) {
  Names names;
  const std::function<void(Id)> visit = [&](Id id) {
    const Node& node = tree.at(id);
    const bool variable = node.kind == Kind::symbol && node.name != "e" && node.name != "pi" &&
                          node.name != "i" && node.name != "infinity";
    if (variable && std::find(names.begin(), names.end(), node.name) == names.end()) {
      names.push_back(node.name);
    }
    for (const Id child : node.children) { visit(child); }
  };
  visit(tree.root);
  return names;
}

// Integer variables by their order: k of "2k pi, k in Z" and n of "2n pi" are the same.
void rename_integers(Tree& a, Tree& b) {
  if (a.integers.empty() && b.integers.empty()) { return; }
  const Names in_a = variables_of(a), in_b = variables_of(b);
  const auto used = [](const Names& declared, const Names& in_tree) {
    Names names;
    for (const std::string& name : declared) {
      if (std::find(in_tree.begin(), in_tree.end(), name) != in_tree.end()) { names.push_back(name); }
    }
    return names;
  };
  Names x = used(a.integers, in_a), y = used(b.integers, in_b);
  // A side without a declaration may use one of the usual letters, if the other does not know this letter.
  const auto guess = [](Names& names, const Names& own, const Names& others) {
    if (!names.empty()) { return; }
    for (const char* letter : {"k", "n", "m", "l", "j", "N", "K"}) {
      const bool here = std::find(own.begin(), own.end(), letter) != own.end();
      if (here && std::find(others.begin(), others.end(), letter) == others.end()) { names = {letter}; }
    }
  };
  guess(x, in_a, in_b);
  guess(y, in_b, in_a);
  if (x.size() != y.size()) { return; }
  for (std::size_t k = 0; k < x.size(); ++k) {
    rename(a, x[k], "\\integer" + std::to_string(k));
    rename(b, y[k], "\\integer" + std::to_string(k));
  }
}

// The name of a constant that is added to the whole: C of "x + C"; empty if there is none.
std::string added_constant(const Tree& tree) {
  Id id = tree.root;
  if (tree.at(id).kind == Kind::relation && !tree.at(id).children.empty()) {
    id = tree.at(id).children.back();
  }
  while (tree.at(id).kind == Kind::add) {
    for (const Id side : tree.at(id).children) {
      const Node& node = tree.at(side);
      if (node.kind != Kind::symbol) { continue; }
      for (const char* name : {"C", "c", "C_1", "c_1", "C_0"}) {
        const bool once = std::count_if(tree.nodes.begin(), tree.nodes.end(), [&](const Node& n) {
                            return n.kind == Kind::symbol && n.name == node.name;
                          }) == 1;
        if (node.name == name && once) { return node.name; }
      }
    }
    id = tree.at(id).children[0];
  }
  return {};
}

void rename_constant(Tree& a, Tree& b) {
  const std::string x = added_constant(a), y = added_constant(b);
  if (!x.empty() && !y.empty() && x != y) { rename(b, y, x); }
}

// Plain i, j, k are unit vectors if the other side writes them as vectors: \mathbf{i}, \vec{j}.
void rename_unit_vectors(Tree& tree, const Tree& other) {
  const Names names = variables_of(tree), others = variables_of(other);
  const auto has = [](const Names& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  const auto is_vector = [](const std::string& name) { return name.starts_with("vector:"); };
  if (std::any_of(names.begin(), names.end(), is_vector)) { return; }
  for (const char* letter : {"i", "j", "k"}) {
    const std::string vector = std::string("vector:") + letter;
    if (has(others, vector)) { rename(tree, letter, vector); }
  }
}

// Different units and moduli once each, without the bare degree of a temperature.
Names sorted_units(const Tree& tree, const Tree& other) {
  const auto has = [](const Tree& t, const char* unit) {
    return std::find(t.units.begin(), t.units.end(), unit) != t.units.end();
  };
  const bool temperature =
      has(tree, "celsius") || has(tree, "fahrenheit") || has(other, "celsius") || has(other, "fahrenheit");
  const bool money = has(tree, "dollar") && has(other, "dollar");
  Names units;
  for (const std::string& unit : tree.units) {
    const bool rate = money && unit.find("^-") != std::string::npos;
    if (!(temperature && unit == "degree") && !rate) { units.push_back(unit); }
  }
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

Names sorted_changes(const Tree& tree) {
  Names changes = tree.changes;
  std::sort(changes.begin(), changes.end());
  changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
  return changes;
}

}  // namespace

void match_forms(Tree& a, Tree& b) {
  spread_equalities(a, b);
  spread_equalities(b, a);
  rename_integers(a, b);
  rename_constant(a, b);
  rename_unit_vectors(a, b);
  rename_unit_vectors(b, a);
}

bool remarks_differ(const Tree& a, const Tree& b) {
  const Names x = sorted_units(a, b), y = sorted_units(b, a);
  return (!x.empty() && !y.empty() && x != y) || sorted_changes(a) != sorted_changes(b);
}

}  // namespace srl::grading
