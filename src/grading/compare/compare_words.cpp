// Text answers and definitions by cases; one-to-one pairings.
#include <algorithm>

#include "grading/compare/comparer.hpp"
#include "grading/compare/real_sets.hpp"

namespace srl::grading {
namespace {

bool augment(std::size_t i, const std::vector<std::vector<bool>>& equal, std::vector<bool>& tried,
             std::vector<std::size_t>& partner) {
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

}  // namespace

bool is_container(Kind kind) {
  return kind == Kind::tuple || kind == Kind::set || kind == Kind::list || kind == Kind::joined ||
         kind == Kind::matrix || kind == Kind::based;
}

bool pairs_all(const std::vector<std::vector<bool>>& equal) {
  const std::size_t n = equal.size();
  std::vector<std::size_t> partner(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<bool> tried(n, false);
    if (!augment(i, equal, tried, partner)) { return false; }
  }
  return true;
}

// Text answers are equal by their letters. Letters that are not a word may be a product: mgh is m g h.
Comparison Comparer::words(Item x, Item y) {
  const Node& p = a_.at(x.id);
  const Node& q = b_.at(y.id);
  const bool known =
      (p.kind == Kind::word || p.kind == Kind::symbol) && (q.kind == Kind::word || q.kind == Kind::symbol);
  const bool letters = p.kind == Kind::word && q.kind == Kind::word && !p.children.empty() &&
                       !q.children.empty() && !p.flipped && !q.flipped;
  if (known && p.name == q.name && !letters) { return {Outcome::same, "text"}; }
  const bool both_words = p.kind == Kind::word && q.kind == Kind::word;
  const auto is_product = [](const Node& node) { return node.kind != Kind::word || !node.children.empty(); };
  if (!is_product(p) || !is_product(q) || is_container(p.kind) || is_container(q.kind) ||
      (both_words && p.flipped && q.flipped)) {
    return {Outcome::different, "text"};
  }
  return expressions(x, y);
}

// Definitions by cases: one-to-one by value and condition. "otherwise" stands for any condition.
Comparison Comparer::cases(const Node& p, const Node& q) {
  if (p.kind != q.kind || p.children.size() != q.children.size()) { return {Outcome::different, "cases"}; }
  const std::size_t n = p.children.size() / 2;
  const auto otherwise = [](const Tree& tree, std::int32_t id) { return tree.at(id).name == "otherwise"; };
  std::vector<std::vector<bool>> equal(n, std::vector<bool>(n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const std::int32_t when_p = p.children[2 * i + 1], when_q = q.children[2 * j + 1];
      equal[i][j] = pair({p.children[2 * i], 1}, {q.children[2 * j], 1}).outcome == Outcome::same &&
                    (otherwise(a_, when_p) || otherwise(b_, when_q) || same_condition(when_p, when_q));
    }
  }
  return {outcome(pairs_all(equal)), "cases"};
}

bool Comparer::same_condition(std::int32_t p, std::int32_t q) {
  if (pair({p, 1}, {q, 1}).outcome == Outcome::same) { return true; }
  const std::optional<RealSet> x = real_set(a_, p, work_), y = x ? real_set(b_, q, work_) : std::nullopt;
  return x && y && same_set(*x, *y, false);
}

}  // namespace srl::grading
