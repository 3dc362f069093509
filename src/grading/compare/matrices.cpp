#include "grading/compare/matrices.hpp"

#include <algorithm>

#include "grading/text/limits.hpp"

namespace srl::grading {
namespace {

using Id = std::int32_t;

class Matrices {
 public:
  explicit Matrices(Tree& tree) : tree_(tree) {}

  void settle(Id id) {
    const std::vector<Id> children = tree_.at(id).children;
    for (const Id child : children) { settle(child); }
    if (children.empty() ||
        std::none_of(children.begin(), children.end(), [&](Id child) { return is_matrix(child); })) {
      return;
    }
    switch (tree_.at(id).kind) {
      case Kind::negate: return each(id, children[0], [&](Id entry) { return made(Kind::negate, {entry}); });
      case Kind::add: return sum(id, children[0], children[1]);
      case Kind::multiply: return product(id, children[0], children[1]);
      case Kind::divide:
        if (is_matrix(children[0]) && !is_matrix(children[1])) {
          each(id, children[0], [&](Id entry) { return made(Kind::divide, {entry, children[1]}); });
        }
        return;
      case Kind::power: return transposed(id, children[0], children[1]);
      default: return;
    }
  }

 private:
  bool is_matrix(Id id) const { return tree_.at(id).kind == Kind::matrix; }

  Id made(Kind kind, std::vector<Id> children) {
    Node node;
    node.kind = kind;
    node.children = std::move(children);
    return tree_.add(std::move(node));
  }

  bool has_room(std::size_t nodes) const { return tree_.nodes.size() + nodes <= 2 * limits::nodes; }

  void put(Id id, std::vector<Id> entries, std::int32_t columns) {
    Node node;
    node.kind = Kind::matrix;
    node.children = std::move(entries);
    node.columns = columns;
    tree_.at(id) = std::move(node);
  }

  template <class Map>
  void each(Id id, Id matrix, const Map& map) {
    const std::vector<Id> entries = tree_.at(matrix).children;
    const std::int32_t columns = tree_.at(matrix).columns;
    if (!has_room(entries.size())) { return; }
    std::vector<Id> mapped;
    for (const Id entry : entries) { mapped.push_back(map(entry)); }
    put(id, std::move(mapped), columns);
  }

  void sum(Id id, Id left, Id right) {
    const Node x = tree_.at(left), y = tree_.at(right);
    if (!is_matrix(left) || !is_matrix(right) || x.columns != y.columns ||
        x.children.size() != y.children.size() || !has_room(x.children.size())) {
      return;
    }
    std::vector<Id> entries;
    for (std::size_t k = 0; k < x.children.size(); ++k) {
      entries.push_back(made(Kind::add, {x.children[k], y.children[k]}));
    }
    put(id, std::move(entries), x.columns);
  }

  void product(Id id, Id left, Id right) {
    if (!is_matrix(left) || !is_matrix(right)) {
      const Id matrix = is_matrix(left) ? left : right, factor = is_matrix(left) ? right : left;
      if (tree_.at(factor).kind == Kind::tuple || tree_.at(factor).kind == Kind::set) { return; }
      return each(id, matrix, [&](Id entry) { return made(Kind::multiply, {factor, entry}); });
    }
    const Node x = tree_.at(left), y = tree_.at(right);
    const std::size_t inner = x.columns, columns = y.columns, rows = x.children.size() / inner;
    if (y.children.size() != inner * columns || !has_room(2 * rows * columns * inner)) { return; }
    std::vector<Id> entries;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        Id total = -1;
        for (std::size_t k = 0; k < inner; ++k) {
          const Id term = made(Kind::multiply, {x.children[r * inner + k], y.children[k * columns + c]});
          total = total < 0 ? term : made(Kind::add, {total, term});
        }
        entries.push_back(total);
      }
    }
    put(id, std::move(entries), y.columns);
  }

  void transposed(Id id, Id matrix, Id exponent) {
    const Node& mark = tree_.at(exponent);
    if (!is_matrix(matrix) || mark.kind != Kind::symbol || (mark.name != "T" && mark.name != "top")) {
      return;
    }
    const Node m = tree_.at(matrix);
    const std::size_t columns = m.columns, rows = m.children.size() / columns;
    std::vector<Id> entries;
    for (std::size_t c = 0; c < columns; ++c) {
      for (std::size_t r = 0; r < rows; ++r) { entries.push_back(m.children[r * columns + c]); }
    }
    put(id, std::move(entries), m.children.size() / columns);
  }

  Tree& tree_;
};

}  // namespace

void settle_matrices(Tree& tree) {
  const bool any = std::any_of(tree.nodes.begin(), tree.nodes.end(),
                               [](const Node& node) { return node.kind == Kind::matrix; });
  if (any) { Matrices(tree).settle(tree.root); }
}

}  // namespace srl::grading
