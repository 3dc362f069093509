#include "trajectory/dataset/order.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace srl::trajectory {
namespace {

TEST(Order, IsAPermutationOfEverySize) {
  for (std::int64_t size : {1, 2, 3, 4, 5, 7, 16, 17, 100, 1000, 4097}) {
    std::set<std::int64_t> seen;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t element = permuted(3, 0, i, size);
      ASSERT_GE(element, 0);
      ASSERT_LT(element, size);
      seen.insert(element);
    }
    EXPECT_EQ(std::ssize(seen), size);
  }
}

TEST(Order, DiffersByEpochAndSeedButNotByCall) {
  const auto order = [](std::uint64_t seed, std::int64_t epoch) {
    std::vector<std::int64_t> elements;
    for (std::int64_t i = 0; i < 50; ++i) { elements.push_back(permuted(seed, epoch, i, 50)); }
    return elements;
  };
  EXPECT_EQ(order(1, 0), order(1, 0));
  EXPECT_NE(order(1, 0), order(1, 1));
  EXPECT_NE(order(1, 0), order(2, 0));
}

// The mean of the element at position 0 over many seeds is near the middle.
TEST(Order, MovesElementsEvenly) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) { sum += static_cast<double>(permuted(seed, 0, 0, 101)); }
  EXPECT_NEAR(sum / 2000, 50, 2.7);  // 4 standard errors of a uniform mean
}

}  // namespace
}  // namespace srl::trajectory
