#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {
namespace {

BlockPool::Tokens tokens(std::int32_t first) {
  BlockPool::Tokens result{};
  result.fill(first);
  return result;
}

TEST(BlockPool, GivesEveryBlockOnceAndRefusesMore) {
  BlockPool pool(5);
  std::vector<BlockId> taken;
  for (int i = 0; i < 5; ++i) { taken.push_back(pool.take()); }
  EXPECT_EQ(taken, (std::vector<BlockId>{0, 1, 2, 3, 4}));
  EXPECT_THROW(pool.take(), Bug);
  for (const BlockId block : taken) { pool.release(block); }
  EXPECT_EQ(pool.available(), 5);
  EXPECT_EQ(pool.peak(), 5);
}

TEST(BlockPool, SharedBlockComesBackWithItsLastReference) {
  BlockPool pool(1);
  const BlockId block = pool.take();
  pool.share(block);
  pool.release(block);
  EXPECT_EQ(pool.available(), 0);
  pool.release(block);
  EXPECT_EQ(pool.available(), 1);
  EXPECT_THROW(pool.release(block), Bug);
}

TEST(BlockPool, FindsPublishedPrefixesOnlyUnderTheirOwnParent) {
  BlockPool pool(4);
  const BlockId first = pool.take(), second = pool.take();
  const std::uint64_t serial = pool.publish(0, tokens(7), first);
  pool.publish(serial, tokens(8), second);
  EXPECT_EQ(pool.find(0, tokens(8)).block, -1);
  const BlockPool::Found found = pool.find(0, tokens(7));
  EXPECT_EQ(found.block, first);
  EXPECT_EQ(pool.references(first), 2);
  EXPECT_EQ(pool.find(found.serial, tokens(8)).block, second);
}

TEST(BlockPool, IdlePrefixesAreFoundUntilTheirBlockIsNeeded) {
  BlockPool pool(2);
  const BlockId block = pool.take();
  pool.publish(0, tokens(1), block);
  pool.release(block);
  EXPECT_EQ(pool.available(), 2);
  EXPECT_EQ(pool.find(0, tokens(1)).block, block);
  pool.release(block);
  pool.take();
  EXPECT_EQ(pool.take(), block);  // the idle block is taken last, and its content is forgotten
  EXPECT_EQ(pool.find(0, tokens(1)).block, -1);
}

TEST(BlockPool, PublishingAnEqualBlockKeepsTheFirst) {
  BlockPool pool(2);
  const BlockId first = pool.take(), second = pool.take();
  const std::uint64_t serial = pool.publish(0, tokens(3), first);
  EXPECT_EQ(pool.publish(0, tokens(3), second), serial);
  pool.release(second);
  EXPECT_EQ(pool.find(0, tokens(3)).block, first);
}

// Compares random takes, shares, releases, publications and look-ups with a plain count of references.
TEST(BlockPool, NeverLeaksNorHandsOutAUsedBlock) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    BlockPool pool(12);
    std::map<BlockId, std::int64_t> references;
    const auto any = [&] {
      auto place = references.begin();
      std::advance(place, static_cast<std::ptrdiff_t>(random() % references.size()));
      return place->first;
    };
    for (int step = 0; step < 2000; ++step) {
      switch (random() % 5) {
        case 0:
          if (pool.available() > 0) {
            const BlockId block = pool.take();
            ASSERT_EQ(references.count(block), 0u);
            references[block] = 1;
          }
          break;
        case 1:
          if (!references.empty()) {
            const BlockId block = any();
            pool.share(block);
            ++references[block];
          }
          break;
        case 2:
          if (!references.empty()) {
            pool.publish(random() % 3, tokens(static_cast<std::int32_t>(random() % 6)), any());
          }
          break;
        case 3: {
          const auto found = pool.find(random() % 3, tokens(static_cast<std::int32_t>(random() % 6)));
          if (found.block >= 0) { ++references[found.block]; }
          break;
        }
        default:
          if (!references.empty()) {
            const BlockId block = any();
            pool.release(block);
            if (--references[block] == 0) { references.erase(block); }
          }
      }
      ASSERT_EQ(pool.in_use(), std::ssize(references));
    }
    for (const auto& [block, count] : references) {
      for (std::int64_t i = 0; i < count; ++i) { pool.release(block); }
    }
    EXPECT_EQ(pool.available(), 12);
    EXPECT_NO_THROW(pool.reset(true));
  }
}

}  // namespace
}  // namespace srl::rollout
