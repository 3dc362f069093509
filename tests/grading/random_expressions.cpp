#include "grading/random_expressions.hpp"

#include <cmath>
#include <functional>
#include <numbers>

namespace srl::grading::testing {
namespace {

constexpr std::string_view letters = "xyabnt";

Expression made(Op op, std::vector<Expression> parts) {
  Expression expression;
  expression.op = op;
  expression.parts = std::move(parts);
  return expression;
}

Expression integer(int value) {
  Expression expression;
  expression.value = value;
  return expression;
}

Expression variable(char letter) {
  Expression expression;
  expression.op = Op::variable;
  expression.letter = letter;
  return expression;
}

bool chance(const Style& style, unsigned one_in) {
  return style.random != nullptr && (*style.random)() % one_in == 0;
}

std::string space(const Style& style) {
  if (!chance(style, 3)) { return ""; }
  constexpr const char* spaces[] = {" ", "  ", "\\,", "\\ ", "\\;"};
  return spaces[(*style.random)() % 5];
}

// In brackets unless the expression is a single symbol.
std::string grouped(const Expression& expression, const Style& style) {
  const std::string inside = written(expression, style);
  const bool simple =
      expression.op == Op::integer || expression.op == Op::variable || expression.op == Op::pi;
  if (simple && expression.value >= 0) { return inside; }
  return chance(style, 2) ? "\\left(" + space(style) + inside + "\\right)"
                          : "(" + inside + space(style) + ")";
}

// A factor beside others: sums and signs in brackets.
std::string factor(const Expression& expression, const Style& style) {
  const bool sum = expression.op == Op::add || expression.op == Op::subtract || expression.op == Op::negate ||
                   expression.op == Op::divide || expression.op == Op::multiply;
  return sum ? grouped(expression, style) : written(expression, style);
}

std::string product(const Expression& expression, const Style& style) {
  const bool turned = chance(style, 2);
  const Expression &left = expression.parts[turned], &right = expression.parts[!turned];
  const std::string x = factor(left, style), y = factor(right, style);
  const bool named = left.op == Op::sine || left.op == Op::cosine || left.op == Op::logarithm;
  const bool digits = y[0] >= '0' && y[0] <= '9';
  if (chance(style, 3) && !digits && !named && right.op != Op::pi && y[0] != '\\' &&
      left.op != Op::variable) {
    return x + space(style) + y;
  }
  constexpr const char* signs[] = {"\\cdot ", "\\times ", "*", " \\cdot "};
  return x + (style.random == nullptr ? "\\cdot " : signs[(*style.random)() % 4]) + y;
}

std::string quotient(const Expression& expression, const Style& style) {
  const Expression &above = expression.parts[0], &below = expression.parts[1];
  if (chance(style, 2)) {
    return grouped(above, style) + space(style) + "/" + space(style) + grouped(below, style);
  }
  const std::string name = chance(style, 3) ? "\\dfrac" : "\\frac";
  return name + "{" + written(above, style) + space(style) + "}{" + written(below, style) + "}";
}

std::string called(const char* name, const Expression& argument, const Style& style) {
  const std::string inside = written(argument, style);
  return std::string(name) +
         (chance(style, 2) ? "\\left(" + inside + "\\right)" : "(" + space(style) + inside + ")");
}

}  // namespace

std::string written(const Expression& expression, const Style& style) {
  const auto& parts = expression.parts;
  switch (expression.op) {
    case Op::integer: return std::to_string(expression.value);
    case Op::variable: return std::string(1, expression.letter);
    case Op::pi: return chance(style, 3) ? "\u03c0" : "\\pi ";
    case Op::add: {
      const bool turned = chance(style, 2);
      std::string right = written(parts[!turned], style);
      if (right[0] == '-') { right = "(" + right + ")"; }
      return written(parts[turned], style) + space(style) + "+" + space(style) + right;
    }
    case Op::subtract: {
      const bool sum = parts[1].op == Op::add || parts[1].op == Op::subtract || parts[1].op == Op::negate;
      const bool minus = written(parts[1], {})[0] == '-';
      return written(parts[0], style) + space(style) + (chance(style, 4) ? "\u2212" : "-") + space(style) +
             (sum || minus ? grouped(parts[1], style) : written(parts[1], style));
    }
    case Op::multiply: return product(expression, style);
    case Op::divide: return quotient(expression, style);
    case Op::power: {
      const bool simple = parts[0].op == Op::variable || parts[0].op == Op::integer;
      const std::string inside = written(parts[0], style);
      const std::string bracketed = simple             ? inside
                                    : chance(style, 2) ? "\\left(" + inside + "\\right)"
                                                       : "(" + inside + ")";
      const std::string exponent = written(parts[1], style);
      return bracketed + (exponent.size() == 1 && chance(style, 2) ? "^" + exponent : "^{" + exponent + "}");
    }
    case Op::root: return (chance(style, 6) ? "\\sqrt {" : "\\sqrt{") + written(parts[0], style) + "}";
    case Op::cube_root:
      return chance(style, 3) ? "(" + written(parts[0], style) + ")^{1/3}"
                              : "\\sqrt[3]{" + written(parts[0], style) + "}";
    case Op::negate:
      return "-" + (parts[0].op == Op::negate ? grouped(parts[0], style) : factor(parts[0], style));
    case Op::sine: return called("\\sin", parts[0], style);
    case Op::cosine: return called("\\cos", parts[0], style);
    default: return called("\\ln", parts[0], style);
  }
}

Expression random_expression(Random& random, int depth) {
  if (depth == 0) {
    switch (random() % 8) {
      case 0:
      case 1:
      case 2: return variable(letters[random() % letters.size()]);
      case 3: return made(Op::pi, {});
      default: return integer(static_cast<int>(random() % 19) + 1);
    }
  }
  const auto again = [&] { return random_expression(random, depth - 1); };
  switch (random() % 12) {
    case 0:
    case 1: return made(Op::add, {again(), again()});
    case 2: return made(Op::subtract, {again(), again()});
    case 3:
    case 4: return made(Op::multiply, {again(), again()});
    case 5:
    case 6: return made(Op::divide, {again(), again()});
    case 7: return made(Op::power, {again(), integer(static_cast<int>(random() % 3) + 2)});
    case 8: return made(Op::root, {again()});
    case 9: return random() % 2 ? made(Op::cube_root, {again()}) : made(Op::negate, {again()});
    case 10: return made(random() % 2 ? Op::sine : Op::cosine, {again()});
    default: return random() % 3 ? again() : made(Op::logarithm, {made(Op::add, {again(), integer(2)})});
  }
}

Expression with_one_change(const Expression& expression, Random& random) {
  Expression changed = expression;
  std::vector<Expression*> all;
  const std::function<void(Expression&)> visit = [&](Expression& node) {
    all.push_back(&node);
    for (Expression& part : node.parts) { visit(part); }
  };
  visit(changed);
  for (;;) {
    Expression& node = *all[random() % all.size()];
    switch (node.op) {
      case Op::integer: node.value = node.value % 19 + 1; return changed;
      case Op::variable:
        node.letter = letters[(letters.find(node.letter) + 1) % letters.size()];
        return changed;
      case Op::pi: node = variable('x'); return changed;
      case Op::add: node.op = Op::subtract; return changed;
      case Op::subtract: node.op = Op::add; return changed;
      case Op::multiply: node.op = Op::divide; return changed;
      case Op::divide: node.op = Op::multiply; return changed;
      case Op::root: node.op = Op::cube_root; return changed;
      case Op::cube_root: node.op = Op::root; return changed;
      case Op::sine: node.op = Op::cosine; return changed;
      case Op::cosine: node.op = Op::sine; return changed;
      case Op::negate: node = Expression(node.parts[0]); return changed;
      case Op::logarithm: node.op = Op::sine; return changed;
      default: break;
    }
  }
}

// sin pi is 0, not the rounding error of pi.
Value snapped(Value value) {
  return std::abs(value) < 1e-16L ? Value(0) : value;
}

Value value_of(const Expression& expression, const Values& values) {
  const auto part = [&](std::size_t k) { return value_of(expression.parts[k], values); };
  switch (expression.op) {
    case Op::integer: return static_cast<long double>(expression.value);
    case Op::variable: return values.at(expression.letter);
    case Op::pi: return std::numbers::pi_v<long double>;
    case Op::add: return snapped(part(0) + part(1));
    case Op::subtract: return snapped(part(0) - part(1));
    case Op::multiply: return part(0) * part(1);
    case Op::divide: return part(0) / part(1);
    case Op::power: {
      Value result = 1;
      for (int k = 0; k < expression.parts[1].value; ++k) { result *= part(0); }
      return result;
    }
    case Op::root: return std::sqrt(part(0));
    case Op::cube_root: {
      const Value inside = part(0);
      const bool negative = std::fabs(inside.imag()) < 1e-15L * std::abs(inside) && inside.real() < 0;
      return negative ? Value(-std::cbrt(-inside.real())) : std::pow(inside, 1.0L / 3);
    }
    case Op::negate: return -part(0);
    case Op::sine: return snapped(std::sin(part(0)));
    case Op::cosine: return snapped(std::cos(part(0)));
    default: return snapped(std::log(part(0)));
  }
}

bool has_value(const Expression& expression) {
  Random random(98);
  std::uniform_real_distribution<double> sizes(0.3, 2.3);
  Values values;
  for (const char letter : letters) { values[letter] = sizes(random); }
  const long double size = std::abs(value_of(expression, values));
  return std::isfinite(size) && size < 1e12L;
}

bool same_values(const Expression& x, const Expression& y) {
  Random random(99);
  std::uniform_real_distribution<double> sizes(0.3, 2.3);
  for (int point = 0; point < 12; ++point) {
    Values values;
    for (const char letter : letters) { values[letter] = sizes(random); }
    const Value p = value_of(x, values), q = value_of(y, values);
    const long double size = std::max(std::abs(p), std::abs(q));
    if (!std::isfinite(size) || size > 1e12L) { continue; }
    if (std::abs(p - q) > 1e-9L * (size + 1e-9L)) { return false; }
  }
  return true;
}

}  // namespace srl::grading::testing
