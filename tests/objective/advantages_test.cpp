#include <gmock/gmock.h>

#include <cmath>

#include "objective/objective.hpp"

namespace srl::objective {
namespace {

TEST(Advantages, AreStandardised) {
  ObjectiveOptions options;
  options.advantage_epsilon = 0;
  const auto a = advantages({1, 2, 3, 4}, options);
  EXPECT_NEAR(a[0], -1.5 / std::sqrt(1.25), 1e-15);
  EXPECT_NEAR(a[3], 1.5 / std::sqrt(1.25), 1e-15);
  options.ddof = 1;
  EXPECT_NEAR(advantages({1, 2, 3, 4}, options)[3], 1.5 / std::sqrt(5.0 / 3), 1e-15);
  options.advantage = objective::Advantage::mean_only;
  EXPECT_THAT(advantages({1, 2, 3, 4}, options), testing::ElementsAre(-1.5, -0.5, 0.5, 1.5));
}

TEST(Advantages, AreZeroWhereAllAgree) {
  ObjectiveOptions options;
  options.advantage_epsilon = 0;
  EXPECT_THAT(advantages({0.1, 0.1, 0.1}, options), testing::Each(0.0));
  options.ddof = 1;
  EXPECT_THAT(advantages({0.3}, options), testing::ElementsAre(0.0));
}

TEST(Filter, KeepsGroupsThatDiffer) {
  ObjectiveOptions options;
  EXPECT_FALSE(keeps_group({-1, -1, -1}, options));
  EXPECT_TRUE(keeps_group({0, 0, 0.1}, options));
  EXPECT_FALSE(keeps_group({0.5, 0.5 + 1e-5}, options));  // the standard deviation is 5e-6
  options.filter_groups = objective::GroupFilter::off;
  EXPECT_TRUE(keeps_group({-1, -1, -1}, options));
}

}  // namespace
}  // namespace srl::objective
