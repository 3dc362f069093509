// The problem kind chain: two-digit arithmetic modulo 100.
#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/synthetic/problem.hpp"

namespace srl::data_prep {
namespace {

/// Number of results in the answer. A wrong tens digit does not change the last digits of later results, so
/// with three results 2 of 1000 guessed answers are right.
constexpr std::size_t answer_results = 4;

struct Operation {
  bool multiplies = false;
  std::int64_t left = 0, right = 0, result = 0;
};

std::string two_digits(std::int64_t number) {
  return zero_padded(number, 2);
}

Operation draw_operation(Dice& dice, std::int64_t left, double multiply) {
  // Multiplying by these permutes the last digits, so none becomes more likely.
  constexpr std::int64_t odd_digits[] = {1, 3, 7, 9};
  Operation o;
  o.multiplies = dice.chance(multiply);
  o.left = left;
  o.right = 10 * dice.between(1, 9) + (o.multiplies ? odd_digits[dice.below(4)] : dice.below(10));
  o.result = (o.multiplies ? o.left * o.right : o.left + o.right) % 100;
  return o;
}

/// "49*77:63,8+3+6=17>73": the product (or sum) of the last digits; then the parts of the tens digit, which
/// are the last digits of the cross products (or the tens digits) and the carry; then the result.
std::string careful_thought(const Operation& o) {
  const std::int64_t a = o.left / 10, b = o.left % 10, c = o.right / 10, d = o.right % 10;
  const std::int64_t low = o.multiplies ? b * d : b + d;
  const std::int64_t first = o.multiplies ? a * d % 10 : a, second = o.multiplies ? b * c % 10 : c,
                     carry = low / 10;
  return cat(two_digits(o.left), o.multiplies ? "*" : "+", two_digits(o.right), ":", two_digits(low), ",",
             first, "+", second, "+", carry, "=", two_digits(first + second + carry), ">",
             two_digits(o.result));
}

std::string hasty_thought(const Operation& o) {
  return cat(two_digits(o.left), o.multiplies ? "*" : "+", two_digits(o.right), "~", two_digits(o.result));
}

std::vector<Operation> draw_operations(Dice& dice, std::int64_t steps, double multiply) {
  std::vector<Operation> operations;
  std::int64_t current = dice.between(10, 99);
  for (std::int64_t i = 0; i < steps; ++i) {
    operations.push_back(draw_operation(dice, current, multiply));
    current = operations.back().result;
  }
  return operations;
}

/// A product with a multiple of 5 is a multiple of 5, so few values are left to guess. Small numbers leave
/// few values too.
bool helps_guesses(std::int64_t number) {
  return number < 10 || number % 5 == 0;
}

bool is_easy(const std::vector<Operation>& operations) {
  return helps_guesses(operations.front().left) ||
         std::any_of(operations.begin(), operations.end(),
                     [](const Operation& o) { return helps_guesses(o.result); });
}

std::string letter(std::size_t index) {
  return std::string(1, 'a' + index);
}

}  // namespace

SyntheticProblem chain_problem(Dice& dice, std::int64_t steps, double multiply, bool hard) {
  if (steps < 1 || steps > 25) { throw Bug(cat("a chain of ", steps, " steps")); }
  std::vector<Operation> operations = draw_operations(dice, steps, multiply);
  while (hard && is_easy(operations)) { operations = draw_operations(dice, steps, multiply); }
  SyntheticProblem problem;
  problem.question = cat("a=", two_digits(operations.front().left));
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& o = operations[i];
    problem.question +=
        cat(",", letter(i + 1), "=", letter(i), o.multiplies ? "*" : "+", two_digits(o.right));
    SyntheticStep step;
    step.title = o.multiplies ? "Mul" : "Add";
    step.action = cat(i + 1, ". **", step.title, "** ", letter(i + 1), " = ", two_digits(o.left),
                      o.multiplies ? " * " : " + ", two_digits(o.right), " = ", two_digits(o.result));
    step.hasty = hasty_thought(o);
    step.careful = careful_thought(o);
    problem.steps.push_back(std::move(step));
    if (i + answer_results >= operations.size()) {
      problem.answer += (problem.answer.empty() ? "" : ",") + two_digits(o.result);
    }
  }
  problem.question += "?";
  problem.steps.back().action += cat(" \\boxed{", problem.answer, "}");
  return problem;
}

}  // namespace srl::data_prep
