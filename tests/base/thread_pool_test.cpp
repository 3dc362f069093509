#include "base/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.hpp"

namespace srl {
namespace {

TEST(ThreadPool, EveryIndexIsVisitedOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const std::size_t count : {0U, 1U, 7U, 1000U}) {
      for (const std::size_t grain : {0U, 1U, 3U, 2000U}) {
        std::vector<std::atomic<int>> visits(count);
        pool.for_range(count, grain, [&](std::size_t begin, std::size_t end) {
          ASSERT_LE(end - begin, std::max<std::size_t>(grain, 1));
          for (std::size_t i = begin; i < end; ++i) { ++visits[i]; }
        });
        for (const auto& v : visits) { EXPECT_EQ(v, 1); }
      }
    }
  }
}

TEST(ThreadPool, TheLowestFailingPieceIsReportedWhateverTheTiming) {
  ThreadPool pool(4);
  for (int round = 0; round < 20; ++round) {
    try {
      pool.for_range(100, 1, [&](std::size_t i, std::size_t) {
        if (i == 30) { std::this_thread::sleep_for(std::chrono::milliseconds(round % 3)); }
        if (i >= 30) { throw std::runtime_error(std::to_string(i)); }
      });
      FAIL();
    } catch (const std::runtime_error& error) { EXPECT_STREQ(error.what(), "30"); }
    std::atomic<int> sum{0};
    pool.for_range(10, 1, [&](std::size_t i, std::size_t) { sum += static_cast<int>(i); });
    EXPECT_EQ(sum, 45);  // the pool still works
  }
}

TEST(ThreadPool, LoopsInsideLoopsAndFromSeveralThreadsEnd) {
  ThreadPool pool(3);
  std::atomic<int> sum{0};
  const auto outer = [&] {
    pool.for_range(20, 1, [&](std::size_t, std::size_t) {
      pool.for_range(10, 2,
                     [&](std::size_t begin, std::size_t end) { sum += static_cast<int>(end - begin); });
    });
  };
  std::thread other(outer);
  outer();
  other.join();
  EXPECT_EQ(sum, 400);
}

TEST(ThreadPool, ThreadCountHonoursRequestAndSharing) {
  EXPECT_EQ(thread_count(7, 3), 7);
  EXPECT_GE(thread_count(0, 1), 1);
  EXPECT_EQ(thread_count(0, 1000000), 1);
  EXPECT_EQ(affinity_mask().find_first_not_of("01"), std::string::npos);
  EXPECT_THROW(ThreadPool(0), Bug);
}

}  // namespace
}  // namespace srl
