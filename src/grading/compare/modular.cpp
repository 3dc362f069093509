#include "grading/compare/modular.hpp"

#include <algorithm>

namespace srl::grading {
namespace {

struct Field {
  std::uint64_t prime, root_of_minus_one;
};
constexpr std::array<Field, 2> fields = {
    {{2305843009213693921ull, 583529827753931384ull}, {2305843009213693693ull, 966685122347009555ull}}};

__extension__ typedef unsigned __int128 Wide;

class ModularEvaluation {
 public:
  ModularEvaluation(const Tree& tree, int plus_minus, int point, Budget& work)
      : tree_(tree), plus_minus_(plus_minus), point_(point), field_(fields[point % 2]), work_(work) {}

  using Value = std::optional<std::uint64_t>;

  Value value(std::int32_t id) {
    if (!work_.spend()) { return std::nullopt; }
    const Node& node = tree_.at(id);
    switch (node.kind) {
      case Kind::number: return literal(tree_.literals[node.literal]);
      case Kind::symbol: return node.name == "i" ? field_.root_of_minus_one : variable(node.name);
      case Kind::negate: return mapped(value(node.children[0]), [&](std::uint64_t x) { return negated(x); });
      case Kind::degree: return value(node.children[0]);
      case Kind::word: return node.children.empty() ? std::nullopt : value(node.children[0]);
      case Kind::power: return power_of(node);
      case Kind::call: return called(node);
      case Kind::add:
      case Kind::multiply:
      case Kind::divide:
      case Kind::plus_minus: {
        const Value x = value(node.children[0]), y = x ? value(node.children[1]) : std::nullopt;
        return x && y ? combined(node, *x, *y) : std::nullopt;
      }
      default: return std::nullopt;
    }
  }

 private:
  template <class Map>
  static Value mapped(Value x, Map map) {
    return x ? Value(map(*x)) : std::nullopt;
  }
  std::uint64_t negated(std::uint64_t x) const { return x == 0 ? 0 : field_.prime - x; }
  std::uint64_t sum(std::uint64_t x, std::uint64_t y) const { return (x + y) % field_.prime; }
  std::uint64_t product(std::uint64_t x, std::uint64_t y) const { return Wide{x} * y % field_.prime; }
  std::uint64_t power(std::uint64_t x, std::uint64_t n) const {
    std::uint64_t result = 1;
    for (; n > 0; n >>= 1, x = product(x, x)) { result = (n & 1) ? product(result, x) : result; }
    return result;
  }
  Value quotient(std::uint64_t x, std::uint64_t y) const {
    return y == 0 ? std::nullopt : Value(product(x, power(y, field_.prime - 2)));
  }
  std::uint64_t variable(const std::string& name) const {
    return name_hash(name, point_ + 1) % (field_.prime - 1) + 1;
  }

  Value combined(const Node& node, std::uint64_t x, std::uint64_t y) {
    switch (node.kind) {
      case Kind::multiply: return product(x, y);
      case Kind::divide: return quotient(x, y);
      case Kind::plus_minus: return sum(x, (plus_minus_ < 0) != node.flipped ? negated(y) : y);
      default: return sum(x, y);
    }
  }

  std::uint64_t digits_value(std::string_view digits) const {
    std::uint64_t result = 0;
    for (const char c : digits) { result = sum(product(result, 10), c - '0'); }
    return result;
  }

  Value literal(const Literal& number) {
    if (!work_.spend(std::ssize(number.digits) / 8)) { return std::nullopt; }
    std::uint64_t above = digits_value(number.digits), below = 1;
    std::int64_t exponent = number.exponent;
    if (number.repeat > 0) {  // 0.1(6) = (16 - 1) / (10 (10 - 1))
      const std::string_view before = without_repeat(number);
      above = sum(above, negated(digits_value(before)));
      below = sum(power(10, number.repeat), negated(1));
      exponent += number.repeat;
    }
    const std::uint64_t scale = power(10, exponent < 0 ? -exponent : exponent);
    return exponent < 0 ? quotient(above, product(below, scale)) : quotient(product(above, scale), below);
  }

  // A small integer, for exponents and factorials.
  std::optional<std::int64_t> whole(std::int32_t id) {
    const Node& node = tree_.at(id);
    if (!work_.spend()) { return std::nullopt; }
    if (node.kind == Kind::number) {
      const Literal& number = tree_.literals[node.literal];
      if (number.exponent != 0 || number.repeat != 0 || number.digits.size() > 9) { return std::nullopt; }
      return std::stoll(number.digits);
    }
    if (node.kind == Kind::negate) {
      const auto x = whole(node.children[0]);
      return x ? std::optional(-*x) : std::nullopt;
    }
    if (node.kind == Kind::add || node.kind == Kind::multiply) {
      const auto x = whole(node.children[0]), y = x ? whole(node.children[1]) : std::nullopt;
      if (!x || !y) { return std::nullopt; }
      const std::int64_t result = node.kind == Kind::add ? *x + *y : *x * *y;
      return result > limits::exponent || result < -limits::exponent ? std::nullopt : std::optional(result);
    }
    return std::nullopt;
  }

  Value power_of(const Node& node) {
    const auto n = whole(node.children[1]);
    if (!n) { return std::nullopt; }
    const Value x = value(node.children[0]);
    if (!x || (*x == 0 && *n <= 0)) { return std::nullopt; }
    const std::uint64_t raised = power(*x, *n < 0 ? -*n : *n);
    return *n < 0 ? quotient(1, raised) : Value(raised);
  }

  Value called(const Node& node) {
    if (node.name == "factorial") {
      const auto n = whole(node.children[0]);
      if (!n || *n < 0 || *n > limits::factorial || !work_.spend(*n / 4)) { return std::nullopt; }
      std::uint64_t result = 1;
      for (std::int64_t k = 2; k <= *n; ++k) { result = product(result, k); }
      return result;
    }
    if (node.name == "binom" && node.children.size() == 2) {
      const auto n = whole(node.children[0]), k = n ? whole(node.children[1]) : std::nullopt;
      if (!n || !k || *k < 0 || *k > *n || *n > limits::factorial || !work_.spend(*n / 4)) {
        return std::nullopt;
      }
      std::uint64_t above = 1, below = 1;
      for (std::int64_t j = 1; j <= std::min(*k, *n - *k); ++j) {
        above = product(above, *n - j + 1);
        below = product(below, j);
      }
      return quotient(above, below);
    }
    return std::nullopt;
  }

  const Tree& tree_;
  int plus_minus_, point_;
  Field field_;
  Budget& work_;
};

}  // namespace

std::optional<std::uint64_t> modular_value(const Tree& tree, std::int32_t id, int plus_minus, int point,
                                           Budget& work) {
  return ModularEvaluation(tree, plus_minus, point, work).value(id);
}

}  // namespace srl::grading
