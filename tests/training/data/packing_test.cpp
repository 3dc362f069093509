#include "training/data/packing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "training/sample/shares.hpp"

namespace srl::training {
namespace {

Batch make_batch() {
  Batch batch;
  std::int32_t next = 100;
  const std::vector<std::vector<int>> lengths{{3, 1, 7}, {5}, {2, 2, 9, 4}};
  for (std::size_t g = 0; g < lengths.size(); ++g) {
    Group group;
    group.draw = static_cast<std::int64_t>(g);
    std::vector<std::int32_t> prompt;
    for (int i = 0; i < 4 + static_cast<int>(g); ++i) { prompt.push_back(next++); }
    group.hold_prompt(std::move(prompt));
    for (int length : lengths[g]) {
      Payload written;
      for (int i = 0; i < length; ++i) { written.ids.push_back(next++); }
      group.completions.emplace_back().hold(std::move(written));
    }
    batch.push_back(group);
  }
  return batch;
}

class Packing : public testing::TestWithParam<int> {};

TEST_P(Packing, PredictsEveryAnswerTokenOnceFromTheTokenBefore) {
  const Batch batch = make_batch();
  std::map<std::pair<std::size_t, std::size_t>, int> seen;
  for (const PlannedPack& plan : plan_packs(batch, GetParam(), 1)) {
    const PackedCompletions packed = build_pack(batch, plan);
    std::int64_t covered = 0;
    for (const model::Segment& s : packed.pack.segments) {
      EXPECT_EQ(s.begin, covered);
      covered += s.length;
      if (s.parent >= 0) { EXPECT_EQ(s.position, packed.pack.segments[s.parent].length); }
    }
    EXPECT_EQ(covered, std::ssize(packed.pack.ids));
    EXPECT_EQ(covered, plan.tokens);
    EXPECT_EQ(packed.pack.rows.size(), packed.pack.targets.size());
    for (const PackedCompletion& a : packed.completions) {
      ++seen[{a.group, a.completion}];
      const auto& ids = batch[a.group].completions[a.completion].written().ids;
      ASSERT_EQ(a.count, ids.size());
      for (std::size_t t = 0; t < ids.size(); ++t) {
        EXPECT_EQ(packed.pack.targets[a.first + t], ids[t]);
        const std::int32_t before = t == 0 ? batch[a.group].prompt_ids().back() : ids[t - 1];
        EXPECT_EQ(packed.pack.ids[packed.pack.rows[a.first + t]], before);
      }
    }
    if (packed.completions.size() > 1) { EXPECT_LE(covered, GetParam()); }
  }
  EXPECT_EQ(seen.size(), 8u);
  for (const auto& [answer, times] : seen) { EXPECT_EQ(times, 1); }
}

INSTANTIATE_TEST_SUITE_P(Budgets, Packing, testing::Values(1, 8, 12, 20, 1000));

TEST(Packing, ComputesAPromptOncePerPack) {
  const Batch batch = make_batch();
  const auto packs = plan_packs(batch, 1000, 1);
  ASSERT_EQ(packs.size(), 1u);
  int prompts = 0;
  for (const auto& s : build_pack(batch, packs[0]).pack.segments) { prompts += s.parent < 0; }
  EXPECT_EQ(prompts, 3);
}

TEST(Packing, IsPlannedFromLengthsAlone) {
  const Batch batch = make_batch();
  Batch lengths = batch;
  for (Group& group : lengths) {
    group.prompt.reset();
    for (Completion& completion : group.completions) { completion.payload.reset(); }
  }
  const auto plans = plan_packs(batch, 12, 2), same = plan_packs(lengths, 12, 2);
  ASSERT_EQ(plans.size(), same.size());
  ASSERT_GT(plans.size(), 2u);
  for (std::size_t p = 0; p < plans.size(); ++p) {
    EXPECT_EQ(plans[p].cost, same[p].cost);
    EXPECT_EQ(plans[p].owner, same[p].owner);
  }
  const Receivers owners = owners_of(plans, batch);
  EXPECT_EQ(owners.size(), 8u);
  EXPECT_EQ(std::count(owners.begin(), owners.end(), 0) + std::count(owners.begin(), owners.end(), 1), 8);
  EXPECT_THROW(build_pack(lengths, same[0]), Bug);
}

TEST(Spread, BalancesAndIsTheSameEverywhere) {
  const std::vector<int> owner = spread({5, 1, 4, 2, 3, 3}, 2);
  double load[2] = {0, 0};
  const double costs[] = {5, 1, 4, 2, 3, 3};
  for (std::size_t i = 0; i < owner.size(); ++i) { load[owner[i]] += costs[i]; }
  EXPECT_EQ(load[0], load[1]);
  EXPECT_EQ(owner, spread({5, 1, 4, 2, 3, 3}, 2));
}

TEST(Shares, EveryCompletionOfARoundIsSampledOnce) {
  for (const int ranks : {1, 3, 4, 8, 32, 100}) {
    for (const std::int64_t completions : {2, 5, 8}) {
      const std::vector<std::int64_t> prompts{40, 300, 7};
      std::vector<std::vector<int>> times(prompts.size(),
                                          std::vector<int>(static_cast<std::size_t>(completions)));
      std::vector<std::int64_t> of_rank(static_cast<std::size_t>(ranks));
      for (const Share& share : shares_of_round(prompts, completions, 100, ranks)) {
        for (std::int64_t i = 0; i < share.count; ++i) {
          ++times[share.drawn][static_cast<std::size_t>(share.first + i)];
        }
        of_rank[static_cast<std::size_t>(share.owner)] += share.count;
      }
      for (const std::vector<int>& draw : times) {
        EXPECT_EQ(std::count(draw.begin(), draw.end(), 1), completions) << ranks << " ranks";
      }
      const std::int64_t parts = std::clamp<std::int64_t>(ranks / 3, 1, completions);
      const std::int64_t most = ranks < 3 ? 3 * completions : (completions + parts - 1) / parts;
      EXPECT_LE(*std::max_element(of_rank.begin(), of_rank.end()), most) << ranks << " ranks";
    }
  }
}

}  // namespace
}  // namespace srl::training
