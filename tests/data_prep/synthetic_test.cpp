#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <numeric>

#include "base/strings.hpp"
#include "data_prep/synthetic/problem.hpp"

namespace srl::data_prep {
namespace {

/// The numbers in the text of one step, read with sscanf.
struct ReadStep {
  int number = 0, left = 0, right = 0, result = 0;
  char letter = 0, sign = 0;
};
ReadStep read_chain_step(const std::string& action) {
  ReadStep s;
  char title[4] = {};
  EXPECT_EQ(std::sscanf(action.c_str(), "%d. **%3s** %c = %2d %c %2d = %2d", &s.number, title, &s.letter,
                        &s.left, &s.sign, &s.right, &s.result),
            7)
      << action;
  EXPECT_EQ(std::string(title), s.sign == '*' ? "Mul" : "Add");
  return s;
}

TEST(ChainProblem, StepsFollowEachOtherAndTheQuestion) {
  for (std::uint64_t p = 0; p < 300; ++p) {
    Dice dice(3, p);
    const std::int64_t steps = 1 + static_cast<std::int64_t>(p % 7);
    const SyntheticProblem problem = chain_problem(dice, steps, 0.5, false);
    ASSERT_EQ(std::ssize(problem.steps), steps);
    int current = 0;
    ASSERT_EQ(std::sscanf(problem.question.c_str(), "a=%2d", &current), 1);
    std::string question = cat("a=", zero_padded(current, 2)), answer;
    for (std::int64_t i = 0; i < steps; ++i) {
      const ReadStep s = read_chain_step(problem.steps[i].action);
      EXPECT_EQ(s.number, i + 1);
      EXPECT_EQ(s.left, current);
      EXPECT_EQ(s.letter, 'b' + i);
      current = (s.sign == '*' ? s.left * s.right : s.left + s.right) % 100;
      EXPECT_EQ(s.result, current);
      question += cat(",", s.letter, "=", static_cast<char>(s.letter - 1), s.sign, zero_padded(s.right, 2));
      if (i + 4 >= steps) { answer += (answer.empty() ? "" : ",") + zero_padded(current, 2); }
    }
    EXPECT_EQ(problem.question, question + "?");
    EXPECT_EQ(problem.answer, answer);
    EXPECT_TRUE(problem.steps.back().action.ends_with(" \\boxed{" + answer + "}"));
  }
}

TEST(ChainProblem, BothThoughtsEndInTheResultAndTheCarefulOneIsRightAtEveryDigit) {
  for (std::uint64_t p = 0; p < 300; ++p) {
    Dice dice(4, p);
    for (const SyntheticStep& step : chain_problem(dice, 6, 0.5, p % 2 == 0).steps) {
      const ReadStep s = read_chain_step(step.action);
      EXPECT_EQ(step.hasty,
                cat(zero_padded(s.left, 2), s.sign, zero_padded(s.right, 2), "~", zero_padded(s.result, 2)));
      int x = 0, y = 0, low = 0, first = 0, second = 0, carry = 0, tens = 0, result = 0;
      char sign = 0;
      ASSERT_EQ(std::sscanf(step.careful.c_str(), "%2d%c%2d:%2d,%1d+%1d+%1d=%2d>%2d", &x, &sign, &y, &low,
                            &first, &second, &carry, &tens, &result),
                9)
          << step.careful;
      EXPECT_EQ(x, s.left);
      EXPECT_EQ(y, s.right);
      EXPECT_EQ(result, s.result);
      EXPECT_EQ(low, sign == '*' ? x % 10 * (y % 10) : x % 10 + y % 10);
      EXPECT_EQ(first, sign == '*' ? x / 10 * (y % 10) % 10 : x / 10);
      EXPECT_EQ(second, sign == '*' ? x % 10 * (y / 10) % 10 : y / 10);
      EXPECT_EQ(carry, low / 10);
      EXPECT_EQ(tens, first + second + carry);
      EXPECT_EQ(10 * (tens % 10) + low % 10, result);  // the written working gives the result
    }
  }
}

TEST(ChainProblem, HardProblemsHaveNoNumbersThatHelpGuesses) {
  int multiplications = 0;
  for (std::uint64_t p = 0; p < 200; ++p) {
    Dice dice(5, p);
    for (const SyntheticStep& step : chain_problem(dice, 6, 0.9, true).steps) {
      const ReadStep s = read_chain_step(step.action);
      EXPECT_NE(s.left % 5, 0);
      EXPECT_GE(s.result, 10);
      EXPECT_NE(s.result % 5, 0);
      multiplications += s.sign == '*';
    }
  }
  EXPECT_NEAR(multiplications / 1200.0, 0.9, 0.04);
}

TEST(EuclidProblem, DividesDownToTheGreatestCommonDivisor) {
  for (std::uint64_t p = 0; p < 200; ++p) {
    Dice dice(6, p);
    const std::int64_t steps = 2 + static_cast<std::int64_t>(p % 6);
    const SyntheticProblem problem = euclid_problem(dice, steps, p % 2 == 0);
    int a = 0, b = 0;
    ASSERT_EQ(std::sscanf(problem.question.c_str(), "gcd(%d,%d)?", &a, &b), 2);
    EXPECT_EQ(problem.answer, std::to_string(std::gcd(a, b)));
    ASSERT_EQ(std::ssize(problem.steps), steps);
    for (const SyntheticStep& step : problem.steps) {
      const std::string rest = cat(a / b, ",", a % b);
      EXPECT_NE(step.action.find(cat("**Div** ", a, " = ", a / b, " * ", b, " + ", a % b)), std::string::npos)
          << step.action;
      EXPECT_TRUE(step.hasty.ends_with("~" + rest));
      EXPECT_TRUE(step.careful.ends_with(cat(",", b * (a / b + 1), ">", rest)))
          << step.careful;  // the first multiple that is too large
      const int next = a % b;
      a = b;
      b = next;
    }
    EXPECT_EQ(b, 0);
  }
}

TEST(Worlds, AQuestionHasOneUseAndTheUsesTheirShares) {
  std::map<Use, int> counts;
  for (std::uint64_t p = 0; p < 4000; ++p) {
    Dice dice(7, p);
    const std::string question = chain_problem(dice, 6, 0.9, true).question;
    EXPECT_EQ(use_of(question), use_of(std::string(question)));
    ++counts[use_of(question)];
  }
  EXPECT_NEAR(counts[Use::test], 500, 100);
  EXPECT_NEAR(counts[Use::validation], 500, 100);
  EXPECT_NEAR(counts[Use::training], 1500, 160);
  EXPECT_NEAR(counts[Use::warmup], 1500, 160);
}

}  // namespace
}  // namespace srl::data_prep
