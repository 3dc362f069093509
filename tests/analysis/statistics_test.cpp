#include "analysis/measure/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace srl::analysis {
namespace {

// Values computed from the formula in Python. 0 of 10 is the textbook example [0, 27.75%].
TEST(ModifiedWilson, HoldsRatesNextToOneEvent) {
  EXPECT_NEAR(modified_wilson_interval(39.0 / 40, 40).high, 1 + std::log(0.95) / 40, 1e-12);
  EXPECT_EQ(modified_wilson_interval(39.0 / 40, 40).low, wilson_interval(39, 40).low);
  EXPECT_EQ(modified_wilson_interval(3.0 / 40, 40).low, wilson_interval(3, 40).low);
  EXPECT_LT(modified_wilson_interval(3.0 / 60, 60).low, wilson_interval(3, 60).low);
  EXPECT_EQ(modified_wilson_interval(0.5, 2).low, wilson_interval(1, 2).low);
  EXPECT_EQ(modified_wilson_interval(0, 40).high, wilson_interval(0, 40).high);
}

TEST(Wilson, EqualsIndependentValues) {
  const Interval some = wilson_interval(8, 40);
  EXPECT_NEAR(some.low, 0.10499989725437704, 1e-12);
  EXPECT_NEAR(some.high, 0.347573063463995, 1e-12);
  const Interval none = wilson_interval(0, 10);
  EXPECT_NEAR(none.low, 0.0, 1e-12);
  EXPECT_NEAR(none.high, 0.2775327998628892, 1e-12);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
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
