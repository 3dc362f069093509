#pragma once
// A parsed answer: nodes in one array, children by index.
#include <cstdint>
#include <string>
#include <vector>

#include "grading/text/literal.hpp"

namespace srl::grading {

enum class Kind : std::uint8_t {
  number,  // literal
  symbol,  // a variable, or one of the constants "e", "i", "pi", "infinity"
  word,    // a text answer; with a child, letters that may also be this product; with `flipped` they are a
           // word or points
  add,     // two children, also for the next kinds
  multiply,
  divide,
  power,
  plus_minus,  // a ± b; with `flipped` a ∓ b
  negate,
  call,    // a known function `name` with its children as arguments: sin, sqrt, root, log, abs, binom,
           // factorial …
  apply,   // an unknown function
  degree,  // child with a degree sign
  based,   // number in a base; children: number, base
  tuple,   // open and close brackets; an interval has two children and a square bracket or a name
  set,
  cases,    // children: value, condition, value, condition …
  list,     // with `flipped` its items were joined by "or"
  joined,   // union
  matrix,   // children row by row, `columns` per row
  relation  // children joined by `ops`: = < > l(<=) g(>=) n(not equal) e(element of)
};

struct Node {
  Kind kind = Kind::number;
  bool flipped = false;
  char open = 0, close = 0;
  std::int32_t columns = 0;
  std::int32_t literal = -1;
  std::string name;  // of symbol, word, call, apply; tuple: variable of its inequality
  std::string ops;
  std::vector<std::int32_t> children;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<Literal> literals;
  std::vector<std::string> units;     // known units that were removed, in canonical spelling, and moduli
  std::vector<std::string> changes;   // words that change the answer: "prime", ">=" for "or more"
  std::vector<std::string> integers;  // variables that are declared as integers: k of "k \in \mathbb{Z}"
  std::int32_t root = -1;
  bool grouped = false;       // a comma or space was read as a thousands separator
  bool prose = false;         // a word was read as a product
  bool unit_symbols = false;  // letters that may be a unit were read as a product: 5 m

  const Node& at(std::int32_t id) const { return nodes[id]; }
  Node& at(std::int32_t id) { return nodes[id]; }
  std::int32_t add(Node node) {
    nodes.push_back(std::move(node));
    return std::ssize(nodes) - 1;
  }
  std::int32_t add(Literal literal) {
    literals.push_back(std::move(literal));
    return std::ssize(literals) - 1;
  }
};

}  // namespace srl::grading
