#pragma once
// Random expressions that are built, written and evaluated here, without the parser under test.
#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace srl::grading::testing {

enum class Op : std::uint8_t {
  integer,
  variable,
  pi,
  add,
  subtract,
  multiply,
  divide,
  power,
  root,
  cube_root,
  negate,
  sine,
  cosine,
  logarithm
};

struct Expression {
  Op op = Op::integer;
  int value = 0;      // of an integer
  char letter = 'x';  // of a variable
  std::vector<Expression> parts;
};

using Random = std::mt19937_64;
using Value = std::complex<long double>;
using Values = std::map<char, long double>;

Expression random_expression(Random& random, int depth);
/// Another expression that differs in one symbol: a digit, a letter, an operator, a function's name.
Expression with_one_change(const Expression& expression, Random& random);
Value value_of(const Expression& expression, const Values& values);
/// Whether it is defined: no division by zero.
bool has_value(const Expression& expression);
/// Whether both have the same value wherever both have one, at random positive values of the variables.
bool same_values(const Expression& x, const Expression& y);

/// How an expression is written.
struct Style {
  Random* random = nullptr;  ///< each choice is drawn; without it the plain form
};
std::string written(const Expression& expression, const Style& style);

}  // namespace srl::grading::testing
