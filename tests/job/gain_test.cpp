#include "job/gain.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace srl::job {
namespace {

TEST(GainOfARun, IsTheDifferenceOfTheLastAndTheFirstUpdates) {
  std::vector<double> values{0, 2, 0, 2, 0, 2, 0, 2, 0, 2};
  values.insert(values.end(), 15, 9.0);  // in between: they do not count
  for (int i = 0; i < 5; ++i) { values.insert(values.end(), {3, 5}); }
  const std::optional<Gain> gain = gain_of(values);
  ASSERT_TRUE(gain);
  EXPECT_DOUBLE_EQ(gain->first, 1);
  EXPECT_DOUBLE_EQ(gain->last, 4);
  // The variance of each mean is (10 / 9) / 10.
  EXPECT_NEAR(gain->low, 3 - 2.262 * 0.4714045, 1e-6);
  EXPECT_NEAR(gain->high, 3 + 2.262 * 0.4714045, 1e-6);
  EXPECT_TRUE(gain->above_chance());
}

TEST(GainOfARun, IsNotSaidOfFewUpdatesAndNotAboveChanceWhereUpdatesVary) {
  std::vector<double> values(19, 1.0);
  EXPECT_FALSE(gain_of(values));
  values.assign(20, 1.0);
  EXPECT_FALSE(gain_of(values)->above_chance());  // nothing changed
  for (std::size_t i = 0; i < 20; ++i) { values[i] = (i % 2 == 0 ? 1.0 : -1.0) + (i < 10 ? 0.0 : 0.5); }
  EXPECT_FALSE(gain_of(values)->above_chance());
}

}  // namespace
}  // namespace srl::job
