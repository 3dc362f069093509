// What CUDA's words do on the emulated GPU, under many schedules, against what the CUDA C++ Programming Guide
// says in the simplest terms.
#include <gmock/gmock.h>

#include <cmath>

#include "emulator/kernels.hpp"

namespace srl::emulator::testing {
namespace {

constexpr std::uint64_t seeds = 16;  // 0 is the threads' own order

TEST(Words, EveryThreadKnowsItsPlace) {
  const unsigned grid[3] = {3, 2, 2}, block[3] = {4, 3, 5};
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const std::vector<unsigned> got = indices(grid, block, seed);
    std::size_t at = 0;
    for (unsigned b = 0; b < 12; ++b) {
      for (unsigned t = 0; t < 60; ++t) {
        const unsigned expected[12] = {t % 4, t / 4 % 3, t / 12, b % 3, b / 3 % 2, b / 6, 4, 3, 5, 3, 2, 2};
        for (const unsigned value : expected) { ASSERT_EQ(got[at++], value) << b << " " << t; }
      }
    }
  }
}

/// The lane that lane `lane` reads from.
int source_of(Shuffle word, int lane, int argument, int width) {
  const int begin = lane / width * width, end = begin + width;
  switch (word) {
    case Shuffle::from: return begin + argument % width;
    case Shuffle::exclusive_or: return (lane ^ argument) < end ? lane ^ argument : lane;
    case Shuffle::up: return lane - argument >= begin ? lane - argument : lane;
    case Shuffle::down: return lane + argument < end ? lane + argument : lane;
  }
  return -1;
}

TEST(Words, Shuffles) {
  for (const Shuffle word : {Shuffle::from, Shuffle::exclusive_or, Shuffle::up, Shuffle::down}) {
    for (const int width : {32, 16, 8, 4}) {
      for (const int argument : {0, 1, 3, 7, 16, 31}) {
        const std::uint64_t seed = static_cast<std::uint64_t>(argument + width);
        const std::vector<int> got = shuffled(word, argument, width, seed);
        for (int t = 0; t < 64; ++t) {
          EXPECT_EQ(got[static_cast<std::size_t>(t)],
                    100 + t / 32 * 32 + source_of(word, t % 32, argument, width))
              << static_cast<int>(word) << " width " << width << " argument " << argument << " thread " << t;
        }
      }
    }
  }
  EXPECT_THAT(shuffled_doubles(6, 3), ::testing::Each(0.1 * 7));
}

TEST(Words, VotesUnderMasks) {
  for (const unsigned low : {1u, 5u, 16u, 32u}) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      const std::vector<unsigned> got = votes(low, seed);
      for (unsigned lane = 0; lane < 32; ++lane) {
        unsigned ballot = 0, lanes = 0;
        for (unsigned other = lane < low ? 0 : low; other < (lane < low ? low : 32); ++other) {
          lanes |= 1u << other;
          if (other % 3 == 0) { ballot |= 1u << other; }
        }
        EXPECT_EQ(got[3 * lane], ballot);
        EXPECT_EQ(got[3 * lane + 1], ballot != 0);
        EXPECT_EQ(got[3 * lane + 2], ballot == lanes);
      }
    }
  }
}

TEST(Words, BarriersVoteAmongThoseThatAreLeft) {
  for (const int threads : {32, 100, 1024}) {
    for (const int leave : {0, 3, 31}) {
      const int limit = threads / 2;
      const std::vector<int> got = barrier_votes(threads, limit, leave, static_cast<std::uint64_t>(leave));
      for (int t = 0; t < threads; ++t) {
        const int* const mine = got.data() + 3 * t;
        EXPECT_EQ(mine[0], t < leave ? -1 : int{limit > leave});
        EXPECT_EQ(mine[1], t < leave ? -1 : 0);
        EXPECT_EQ(mine[2], t < leave ? -1 : std::max(0, limit - leave));
      }
    }
  }
}

TEST(Words, AtomicsAreIndivisible) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    EXPECT_EQ(atomics(5, 96, seed), (std::vector<unsigned>{480 * 481 / 2, 100, 0, 480, ~0u, 0}));
  }
}

TEST(Words, SharedMemoryThatNobodyWroteToIsPoison) {
  for (const std::uint64_t seed : {0, 1}) {
    for (const unsigned bits : unwritten_shared(seed)) {
      const float value = std::bit_cast<float>(bits);
      EXPECT_TRUE(std::isnan(value) || value > 1e38F) << value;
    }
  }
}

TEST(Words, ANormByShufflesAndSharedMemoryHasTheSameBitsUnderEverySchedule) {
  for (const int width : {1, 33, 896}) {
    const int rows = 7;
    std::vector<float> x(static_cast<std::size_t>(rows * width)), weight(static_cast<std::size_t>(width)),
        first;
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<float>(i * 2654435761u % 1000) / 250 - 2;
    }
    for (std::size_t i = 0; i < weight.size(); ++i) { weight[i] = 1 + static_cast<float>(i % 7) / 10; }
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      std::vector<float> out(x.size(), -1);
      rms_norm(x.data(), weight.data(), rows, width, 1e-6F, out.data(), 128, seed);
      if (seed == 0) { first = out; }
      EXPECT_EQ(out, first) << "seed " << seed;
    }
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
      double sum = 0;
      const std::size_t begin = r * static_cast<std::size_t>(width);
      for (std::size_t i = 0; i < weight.size(); ++i) {
        sum += static_cast<double>(x[begin + i]) * x[begin + i];
      }
      for (std::size_t i = 0; i < weight.size(); ++i) {
        EXPECT_NEAR(first[begin + i], x[begin + i] / std::sqrt(sum / width + 1e-6) * weight[i], 2e-6);
      }
    }
  }
}

}  // namespace
}  // namespace srl::emulator::testing
