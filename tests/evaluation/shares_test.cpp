// Shares of array tasks: disjoint, complete, near equal cost, few models per task.
#include "evaluation/shares.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace srl::evaluation {
namespace {

const std::vector<Unit> sweep{{0, 40, 32 * 2048, 1500}, {0, 30, 2048, 1500},      {1, 40, 32 * 2048, 1500},
                              {1, 30, 2048, 1500},      {2, 40, 32 * 2048, 7000}, {2, 30, 2048, 7000}};

TEST(Shares, AreDisjointAndCompleteForAnyNumberOfTasks) {
  for (std::int64_t tasks = 1; tasks <= 300; tasks += tasks < 20 ? 1 : 31) {
    std::vector<std::multiset<std::int64_t>> found(sweep.size());
    for (std::int64_t task = 0; task < tasks; ++task) {
      const auto share = share_of(sweep, task, tasks);
      for (std::size_t u = 0; u < sweep.size(); ++u) { found[u].insert(share[u].begin(), share[u].end()); }
    }
    for (std::size_t u = 0; u < sweep.size(); ++u) {
      std::multiset<std::int64_t> all;
      for (std::int64_t q = 0; q < sweep[u].questions; ++q) { all.insert(q); }
      EXPECT_EQ(found[u], all) << tasks << " tasks, unit " << u;
    }
  }
}

TEST(Shares, HaveNearlyEqualCost) {
  const std::int64_t dearest = 32 * 2048 * std::int64_t{7000};
  for (const std::int64_t tasks : {2, 3, 8}) {
    std::vector<std::int64_t> costs;
    for (std::int64_t task = 0; task < tasks; ++task) {
      std::int64_t cost = 0;
      const auto share = share_of(sweep, task, tasks);
      for (std::size_t u = 0; u < sweep.size(); ++u) {
        cost += std::ssize(share[u]) * sweep[u].tokens * sweep[u].size;
      }
      costs.push_back(cost);
    }
    const auto [low, high] = std::minmax_element(costs.begin(), costs.end());
    EXPECT_LE(*high - *low, 2 * dearest) << tasks << " tasks";
  }
}

TEST(Shares, OfATaskNeedFewModels) {
  for (std::int64_t task = 0; task < 8; ++task) {
    const auto share = share_of(sweep, task, 8);
    std::set<std::size_t> models;
    for (std::size_t u = 0; u < sweep.size(); ++u) {
      if (!share[u].empty()) { models.insert(sweep[u].model); }
    }
    EXPECT_LE(models.size(), 2u) << "task " << task;
  }
}

TEST(Shares, TakeTheirPartOfEveryBenchmarkOfAModel) {
  for (std::int64_t task = 0; task < 4; ++task) {
    const auto share = share_of({{0, 40, 1, 1}, {0, 20, 1, 1}}, task, 4);
    EXPECT_EQ(share[0].size(), 10u);
    EXPECT_EQ(share[1].size(), 5u);
  }
}

TEST(Shares, OfOneBenchmarkAreEveryNthQuestion) {
  EXPECT_THAT(share_of({{0, 11, 5, 3}}, 1, 3)[0], testing::ElementsAre(1, 4, 7, 10));
  EXPECT_THAT(share_of({{0, 2, 1, 1}}, 5, 8)[0], testing::IsEmpty());
}

}  // namespace
}  // namespace srl::evaluation
