#include "grading/compare/numeric.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "grading/compare/approximation.hpp"

namespace srl::grading {
namespace {

using namespace approximation;

constexpr Real degree = std::numbers::pi_v<Real> / 180;

class NumericEvaluation {
 public:
  NumericEvaluation(const Tree& tree, int plus_minus, Point point, Budget& work)
      : tree_(tree), plus_minus_(plus_minus), point_(point), work_(work) {}

  Value value(std::int32_t id) {
    if (!work_.spend()) { return std::nullopt; }
    const Node& node = tree_.at(id);
    switch (node.kind) {
      case Kind::number: return literal(tree_.literals[node.literal]);
      case Kind::symbol: return symbol(node.name);
      case Kind::degree: {
        const Value x = value(node.children[0]);
        return x && in_angle_ ? product(*x, {degree, degree * unit}) : x;
      }
      case Kind::call: return called(node);
      case Kind::apply: return applied(node);
      case Kind::word: return node.children.empty() ? std::nullopt : value(node.children[0]);
      case Kind::negate:
      case Kind::add:
      case Kind::multiply:
      case Kind::divide:
      case Kind::plus_minus:
      case Kind::power: return arithmetic(node);
      default: return std::nullopt;
    }
  }

 private:
  Value literal(const Literal& number) {
    if (number.digits.size() > 200) { work_.spend(std::ssize(number.digits) / 4); }
    if (number.repeat > 0) {
      const Real all = std::strtold(number.digits.c_str(), nullptr);
      const std::string before(without_repeat(number));
      const Real head = before.empty() ? 0 : std::strtold(before.c_str(), nullptr);
      const Real below = std::pow(10.0L, number.repeat) - 1;
      const Real result = (all - head) / below * std::pow(10.0L, number.exponent + number.repeat);
      return made(result, 8 * unit * std::fabs(result));
    }
    if (number.exponent == 0 && number.digits.size() <= 18) {
      return Approximation{std::strtold(number.digits.c_str(), nullptr), 0};
    }
    const std::string text = number.digits + "e" + std::to_string(number.exponent);
    return made(std::strtold(text.c_str(), nullptr), 0);
  }

  Value symbol(const std::string& name) {
    if (name == "pi") { return made(std::numbers::pi_v<Real>, unit); }
    if (name == "e") { return made(std::numbers::e_v<Real>, unit); }
    if (name == "i") { return Approximation{Complex(0, 1), 0}; }
    const std::uint64_t hash = name_hash(name, 100 + point_.number);
    const Real fraction = (hash >> 11) * 0x1.0p-53L;
    const Real size = (0.25L + 2 * fraction) * point_.scale;
    return Approximation{point_.number >= limits::points / 2 && (hash & 1) ? -size : size, 0};
  }

  Value arithmetic(const Node& node) {
    const Value x = value(node.children[0]);
    if (!x || node.kind == Kind::negate) {
      return x ? Value(Approximation{-x->value, x->error}) : std::nullopt;
    }
    const Value y = value(node.children[1]);
    if (!y) { return std::nullopt; }
    switch (node.kind) {
      case Kind::multiply: return product(*x, *y);
      case Kind::divide: return quotient(*x, *y);
      case Kind::power:
        return work_.spend(limits::function_evaluations) ? general_power(*x, *y) : std::nullopt;
      case Kind::plus_minus: {
        const Real sign = (plus_minus_ < 0) != node.flipped ? -1 : 1;
        return sum(*x, {sign * y->value, y->error});
      }
      default: return sum(*x, *y);
    }
  }

  Value called(const Node& node) {
    if (!work_.spend(limits::function_evaluations)) { return std::nullopt; }
    const std::string& f = node.name;
    const bool angle =
        f == "sin" || f == "cos" || f == "tan" || f == "cot" || f == "sec" || f == "csc" || f == "cis";
    const bool outside = in_angle_;
    in_angle_ = in_angle_ || angle;
    const Value x = value(node.children[0]);
    in_angle_ = outside;
    if (!x) { return std::nullopt; }
    if (node.children.size() == 2) {
      const Value y = value(node.children[1]);
      return y ? of_two(f, *x, *y) : std::nullopt;
    }
    return of_one(f, *x);
  }

  Value of_two(const std::string& f, const Approximation& x, const Approximation& y) {
    if (f == "root") {
      const Real n = y.value.real();
      return n >= 2 && n <= 1000 && n == std::floor(n) && y.value.imag() == 0 ? real_root(x, std::llround(n))
                                                                              : std::nullopt;
    }
    if (f == "max" || f == "min") {
      if (!is_real(x) || !is_real(y)) { return std::nullopt; }
      return (x.value.real() > y.value.real()) == (f == "max") ? x : y;
    }
    if (f == "gcd") {
      const Real a = std::nearbyint(x.value.real()), b = std::nearbyint(y.value.real());
      const bool whole = is_real(x) && is_real(y) && a == x.value.real() && b == y.value.real();
      if (!whole || std::fabs(a) > 1e15L || std::fabs(b) > 1e15L) { return std::nullopt; }
      return Approximation{static_cast<Real>(std::gcd(std::llround(a), std::llround(b))), 0};
    }
    if (f == "log") {
      const Value above = logarithm(x), below = logarithm(y);
      return above && below ? quotient(*above, *below) : std::nullopt;
    }
    if (f == "binom") {
      const Value above = gamma(x, 1), left = gamma(y, 1), difference = sum(x, {-y.value, y.error});
      const Value right = difference ? gamma(*difference, 1) : std::nullopt;
      const Value below = left && right ? product(*left, *right) : std::nullopt;
      return above && below ? quotient(*above, *below) : std::nullopt;
    }
    return std::nullopt;
  }

  Value of_one(const std::string& f, const Approximation& x) {
    const Complex z = x.value;
    const auto with_slope = [&](Complex result, Complex slope) {
      return made(result,
                  std::abs(slope) * x.error + 2 * unit * (std::abs(result) + std::abs(slope) * std::abs(z)));
    };
    if (f == "sqrt") { return real_root(x, 2); }
    if (f == "ln" || f == "log") { return logarithm(x); }
    if (f == "lg") {
      const Value above = logarithm(x);
      return above ? quotient(*above, {std::numbers::ln10_v<Real>, unit}) : std::nullopt;
    }
    if (f == "exp") {
      return z.real() > 10000 ? std::nullopt
                              : made(std::exp(z), std::abs(std::exp(z)) * (x.error + 2 * unit));
    }
    if (f == "abs") { return Approximation{std::abs(z), x.error + unit * std::abs(z)}; }
    if (f == "floor" || f == "ceil") { return rounded(x, f == "ceil"); }
    if (f == "factorial") { return gamma(x, 1); }
    if (f == "cis") { return of_one("exp", {Complex(-z.imag(), z.real()), x.error}); }
    if (std::abs(z) > 1e6L) {
      return std::nullopt;  // too large: the angle modulo 2 pi would be inexact
    }
    if (f == "sin") { return with_slope(std::sin(z), std::cos(z)); }
    if (f == "cos") { return with_slope(std::cos(z), std::sin(z)); }
    if (f == "tan") { return with_slope(std::tan(z), 1.0L + std::tan(z) * std::tan(z)); }
    if (f == "sinh" || f == "cosh") {
      return f == "sinh" ? with_slope(std::sinh(z), std::cosh(z)) : with_slope(std::cosh(z), std::sinh(z));
    }
    if (f == "tanh") { return with_slope(std::tanh(z), 1.0L - std::tanh(z) * std::tanh(z)); }
    if ((f == "arcsin" || f == "arccos") && x.error == 0 &&
        (z == Complex(1, 0) || z == Complex(-1, 0))) {  // the slope is infinite there
      const Real half_turn = std::numbers::pi_v<Real> / 2 * z.real();
      return f == "arcsin" ? made(half_turn, 0) : made(std::numbers::pi_v<Real> / 2 - half_turn, 0);
    }
    if (f == "arcsin" || f == "arccos") {
      const Complex slope = 1.0L / std::sqrt(1.0L - z * z);
      return with_slope(f == "arcsin" ? std::asin(z) : std::acos(z), slope);
    }
    if (f == "arctan") { return with_slope(std::atan(z), 1.0L / (1.0L + z * z)); }
    const Value one = Approximation{1, 0};
    const Value below = f == "cot"   ? of_one("tan", x)
                        : f == "sec" ? of_one("cos", x)
                        : f == "csc" ? of_one("sin", x)
                                     : std::nullopt;
    return below ? quotient(*one, *below) : std::nullopt;
  }

  // An unknown function is evaluated as a smooth function that depends on its name.
  Value applied(const Node& node) {
    Approximation total{0, 0};
    for (std::size_t k = 0; k < node.children.size(); ++k) {
      const Node& child = tree_.at(node.children[k]);
      const std::vector<std::int32_t> arguments =
          child.kind == Kind::tuple ? child.children : std::vector<std::int32_t>{node.children[k]};
      for (const std::int32_t argument : arguments) {
        const Value x = value(argument);
        if (!x) { return std::nullopt; }
        total.value = total.value * 0.7L + x->value;
        total.error = total.error * 0.7L + x->error + unit * std::abs(total.value);
      }
    }
    const Real a = (name_hash(node.name, 7) >> 40) * 0x1.0p-24L,
               b = (name_hash(node.name, 8) >> 40) * 0x1.0p-24L;
    const Complex inside = (0.5L + a) * total.value + b;
    if (std::abs(inside) > 1000) { return std::nullopt; }
    return made(std::sin(inside) + (1 + b) * total.value + a,
                4 * total.error * std::cosh(inside.imag()) + 4 * unit);
  }

  const Tree& tree_;
  int plus_minus_;
  Point point_;
  Budget& work_;
  bool in_angle_ = false;
};

}  // namespace

std::optional<Approximation> numeric_value(const Tree& tree, std::int32_t id, int plus_minus, Point point,
                                           Budget& work) {
  return NumericEvaluation(tree, plus_minus, point, work).value(id);
}

}  // namespace srl::grading
