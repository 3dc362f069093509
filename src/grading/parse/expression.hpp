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
  word,    // a text answer
  add,     // two children; so are the next ones
  multiply,
  divide,
  power,
  plus_minus,  // a ± b; with `flipped` a ∓ b
  negate,
  call,    // a known function `name` of its children: sin, sqrt, root, log, abs, binom, factorial …
  apply,   // an unknown function
  degree,  // child with a degree sign
  based,   // digits to a base: children number, base
  tuple,   // open and close brackets; two children and a square bracket, or an inequality, are an interval
  set,
  list,
  joined,   // joined = union
  matrix,   // children row by row, `columns` of them a row
  relation  // children joined by `ops`: = < > l(<=) g(>=) n(not equal) e(element of)
};

struct Node {
  Kind kind = Kind::number;
  bool flipped = false;
  char open = 0, close = 0;
  std::int32_t columns = 0;
  std::int32_t literal = -1;
  std::string name;  // symbol, word, call, apply; of a tuple, the variable of the inequality it stands for
  std::string ops;
  std::vector<std::int32_t> children;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<Literal> literals;
  std::vector<std::string> units;  // known ones that were dropped, in their one spelling
  std::int32_t root = -1;
  bool grouped = false;  // a comma or space was read as a thousands separator
  bool prose = false;    // three or more letters, or a short word, were read as a product

  const Node& at(std::int32_t id) const { return nodes[static_cast<std::size_t>(id)]; }
  Node& at(std::int32_t id) { return nodes[static_cast<std::size_t>(id)]; }
};

}  // namespace srl::grading
