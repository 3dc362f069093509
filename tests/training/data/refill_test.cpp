// Refill rounds: a batch fills in at most three rounds and samples little more than the fewest possible
// groups, at any kept share.
#include "training/sample/refill.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.hpp"

namespace srl::training {
namespace {

struct Filled {
  std::int64_t rounds = 0, sampled = 0, fewest = 0, kept = 0;
};

/// Fills a batch where each group is kept with probability `share`.
Filled fill(std::int64_t prompts, double share, std::uint64_t seed, std::int64_t max_rounds = 8,
            const KeptShare& earlier = {}) {
  Filled batch;
  while (batch.kept < prompts && batch.rounds < max_rounds) {
    const std::int64_t size = refill_size({.rounds = batch.rounds,
                                           .sampled = batch.sampled,
                                           .kept = batch.kept,
                                           .missing = prompts - batch.kept,
                                           .prompts = prompts,
                                           .max_rounds = max_rounds,
                                           .earlier = earlier});
    if (size == 0) { break; }
    ++batch.rounds;
    for (std::int64_t i = 0; i < size; ++i, ++batch.sampled) {
      const auto draw = static_cast<std::uint64_t>(batch.sampled);
      batch.kept += random_uniform(seed, RandomStream::order, draw, 0, 0) < share;
      if (batch.kept == prompts && batch.fewest == 0) { batch.fewest = batch.sampled + 1; }
    }
  }
  return batch;
}

TEST(Refill, FillsInThreeRoundsWithLittleMoreThanTheFewestGroups) {
  for (const double share : {0.1, 0.3, 0.7}) {
    double sum = 0;
    constexpr int seeds = 100;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const Filled batch = fill(512, share, seed);
      EXPECT_GE(batch.kept, 512);
      EXPECT_LE(batch.rounds, 3) << share << " seed " << seed;
      const double ratio = static_cast<double>(batch.sampled) / static_cast<double>(batch.fewest);
      EXPECT_LE(ratio, 1.3) << share << " seed " << seed;
      sum += ratio;
    }
    EXPECT_LE(sum / seeds, 1.1) << share;
  }
}

TEST(Refill, OfASmallBatchKnowsTheShareLessWell) {
  for (const double share : {0.1, 0.3, 0.7}) {
    int more_rounds = 0;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const Filled batch = fill(128, share, seed);
      more_rounds += batch.rounds > 3;
      sum += static_cast<double>(batch.sampled) / static_cast<double>(batch.fewest);
    }
    EXPECT_LE(more_rounds, 3) << share;
    EXPECT_LE(sum / 100, 1.25) << share;
  }
}

/// From the second update on the share is known.
TEST(Refill, KnowsTheShareOfEarlierUpdates) {
  for (const std::int64_t prompts : {64, 128, 512}) {
    for (const double share : {0.1, 0.3, 0.7}) {
      int above = 0, more_rounds = 0;
      for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        KeptShare earlier;
        for (std::uint64_t update = 1; update <= 3; ++update) {
          const Filled batch = fill(prompts, share, 1000 * update + seed, 8, earlier);
          earlier.count(batch.sampled, batch.kept);
        }
        const Filled batch = fill(prompts, share, seed, 8, earlier);
        EXPECT_GE(batch.kept, prompts);
        more_rounds += batch.rounds > 3;
        above += static_cast<double>(batch.sampled) > 1.3 * static_cast<double>(batch.fewest);
      }
      EXPECT_LE(more_rounds, 2) << prompts << " prompts, share " << share;
      EXPECT_LE(above, prompts == 64 ? 14 : 2) << prompts << " prompts, share " << share;
    }
  }
}

TEST(Refill, KeepsItsLimits) {
  EXPECT_EQ(fill(512, 1, 1).rounds, 1);
  EXPECT_EQ(fill(512, 1, 1).sampled, 512);
  // Nothing is kept: each round asks for the batch again.
  EXPECT_EQ(fill(512, 0, 1).sampled, 8 * 512);
  EXPECT_EQ(fill(512, 0, 1, 40).sampled, 40 * 512);
  // Almost nothing is kept: at most 16 batches.
  for (std::uint64_t seed = 1; seed <= 20; ++seed) { EXPECT_LE(fill(512, 0.005, seed).sampled, 16 * 512); }
}

}  // namespace
}  // namespace srl::training
