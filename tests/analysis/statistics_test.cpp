#include "analysis/measure/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace srl::analysis {
namespace {

// Values computed from the formula in Python. 0 of 10 is the textbook example [0, 27.75%].
TEST(Wilson, EqualsIndependentValues) {
  const Interval some = wilson_interval(8, 40);
  EXPECT_NEAR(some.low, 0.10499989725437704, 1e-12);
  EXPECT_NEAR(some.high, 0.347573063463995, 1e-12);
  const Interval none = wilson_interval(0, 10);
  EXPECT_NEAR(none.low, 0.0, 1e-12);
  EXPECT_NEAR(none.high, 0.2775327998628892, 1e-12);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

TEST(Bootstrap, AgreesWithTheNormalApproximationOnManyQuestions) {
  std::vector<double> shares;
  for (int i = 0; i < 400; ++i) { shares.push_back((i * 37 % 100) / 100.0); }
  double variance = 0;
  for (double s : shares) { variance += (s - mean(shares)) * (s - mean(shares)) / 400.0; }
  const double half = 1.96 * std::sqrt(variance / 400.0);
  const Interval interval = bootstrap_interval(shares);
  EXPECT_NEAR(interval.low, mean(shares) - half, 0.1 * half);
  EXPECT_NEAR(interval.high, mean(shares) + half, 0.1 * half);
  EXPECT_EQ(bootstrap_interval(shares).low, interval.low);
}

TEST(Bootstrap, CollapsesWhenAllQuestionsAgree) {
  const Interval interval = bootstrap_interval({0.5, 0.5, 0.5});
  EXPECT_EQ(interval.low, 0.5);
  EXPECT_EQ(interval.high, 0.5);
}

// Binomial tails summed with exact integers in Python.
TEST(SignTest, EqualsTheExactBinomialTest) {
  EXPECT_NEAR(sign_test(8, 2), 0.109375, 1e-12);
  EXPECT_NEAR(sign_test(2, 8), 0.109375, 1e-12);
  EXPECT_NEAR(sign_test(10, 0), 0.001953125, 1e-12);
  EXPECT_EQ(sign_test(5, 5), 1);
  EXPECT_EQ(sign_test(0, 0), 1);
}

}  // namespace
}  // namespace srl::analysis
