// The problem kind euclid: greatest common divisors by repeated division.
#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/synthetic/problem.hpp"

namespace srl::data_prep {
namespace {

std::int64_t divisions(std::int64_t a, std::int64_t b) {
  std::int64_t count = 0;
  for (; b != 0; ++count) {
    const std::int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return count;
}

std::int64_t divisor(std::int64_t a, std::int64_t b) {
  return b == 0 ? a : divisor(b, a % b);
}

/// "964/372:372,744,1116>2,220": the multiples up to the first that is too large, then quotient and
/// remainder.
std::string careful_thought(std::int64_t a, std::int64_t b) {
  std::string text = cat(a, "/", b, ":", b);
  for (std::int64_t multiple = 2 * b; multiple - b <= a; multiple += b) { text += cat(",", multiple); }
  return cat(text, ">", a / b, ",", a % b);
}

}  // namespace

SyntheticProblem euclid_problem(Dice& dice, std::int64_t steps, bool hard) {
  if (steps < 2 || steps > 8) { throw Bug(cat("a Euclidean algorithm of ", steps, " steps")); }
  std::int64_t a = 0, b = 0;
  do {
    b = dice.between(11, 499);
    a = dice.between(b + 1, 999);
  } while (divisions(a, b) != steps || (hard && divisor(a, b) == 1));
  SyntheticProblem problem;
  problem.question = cat("gcd(", a, ",", b, ")?");
  problem.answer = cat(divisor(a, b));
  for (std::int64_t i = 1; b != 0; ++i) {
    SyntheticStep step;
    step.title = "Div";
    step.action = cat(i, ". **Div** ", a, " = ", a / b, " * ", b, " + ", a % b);
    step.hasty = cat(a, "/", b, "~", a / b, ",", a % b);
    step.careful = careful_thought(a, b);
    problem.steps.push_back(std::move(step));
    const std::int64_t rest = a % b;
    a = b;
    b = rest;
  }
  problem.steps.back().action += cat(" \\boxed{", problem.answer, "}");
  return problem;
}

}  // namespace srl::data_prep
