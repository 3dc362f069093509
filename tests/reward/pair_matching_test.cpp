// The warps of a GPU, emulated lane by lane, agree with the CPU's searches. Compares 10,000 pairs, or
// SRL_LANE_PAIRS pairs when that variable is set.
#include "reward/batch/pair_matching.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <random>

#include "reward/batch/batch_parts.hpp"
#include "reward/host_lanes.hpp"
#include "reward/vectors.hpp"

namespace srl::reward {
namespace {

Symbols random_symbols(std::mt19937& random, std::size_t length) {
  const std::uint32_t letters = random() % 3 == 0 ? 1 + random() % 3 : 1 + random() % 60;
  const std::size_t period = random() % 3 == 0 ? 1 + random() % 6 : length;
  Symbols symbols;
  for (std::size_t k = 0; k < length; ++k) {
    symbols.push_back(k < period || random() % 40 == 0
                          ? 97 + random() % letters * (random() % 50 == 0 ? 70000 : 1)
                          : symbols[k - period]);
  }
  return symbols;
}

// A random pair. Half of the pairs share a copied part.
std::pair<Symbols, Symbols> random_pair(std::mt19937& random) {
  const std::size_t longest = random() % 60 == 0 ? 500 : 60;
  Symbols a = random_symbols(random, random() % longest), b = random_symbols(random, random() % longest);
  if (random() % 2 == 0 && !a.empty()) {
    const std::size_t from = random() % a.size(), to = from + random() % (a.size() - from);
    b.insert(b.begin() + static_cast<std::ptrdiff_t>(random() % (b.size() + 1)),
             a.begin() + static_cast<std::ptrdiff_t>(from), a.begin() + static_cast<std::ptrdiff_t>(to));
  }
  return {a, b};
}

TEST(PairMatching, LanesAgreeWithTheCpuOnRandomPairs) {
  const char* const wanted = std::getenv("SRL_LANE_PAIRS");
  const int count = wanted != nullptr ? std::atoi(wanted) : 10000;
  std::mt19937 random(21);
  std::int64_t compared = 0, given_up = 0;
  for (int k = 0; k < count; ++k) {
    const auto [a, b] = random_pair(random);
    for (const bool autojunk : {false, true}) {
      for (const bool b_is_target : {false, true}) {
        CodedBatch batch;
        ASSERT_TRUE(batch.add(b_is_target ? b : a, std::vector<Symbols>{b_is_target ? a : b}, !b_is_target,
                              autojunk));
        const std::int64_t expected = matched_elements(a, b, autojunk);
        const std::int64_t matched = testing::matched_on_host_lanes(batch, 32)[0];
        given_up += matched == pair_given_up;
        ASSERT_TRUE(matched == expected || matched == pair_given_up)
            << "pair " << k << " autojunk " << autojunk << ": " << matched << ", not " << expected;
        ++compared;
      }
    }
  }
  EXPECT_LE(given_up, compared / 1000);
  std::cout << compared << " comparisons agree (" << count << " pairs; " << given_up << " given up)\n";
}

TEST(PairMatching, TheNumberOfLanesChangesNothing) {
  std::mt19937 random(22);
  for (int k = 0; k < 300; ++k) {
    const auto [a, b] = random_pair(random);
    CodedBatch batch;
    batch.add(b, std::vector<Symbols>{a}, false, k % 2 == 0);
    const auto expected = testing::matched_on_host_lanes(batch, 1);
    for (const int lanes : {2, 7, 32, 64}) {
      EXPECT_EQ(testing::matched_on_host_lanes(batch, lanes), expected);
    }
  }
}

TEST(PairMatching, LanesAgreeWithCPythonsVectors) {
  const std::vector<testing::Vector> vectors = testing::sequence_matcher_vectors();
  if (vectors.empty()) { GTEST_SKIP() << "no sequence_matcher.jsonl (set SRL_SHARED_DATA)"; }
  int given_up = 0;
  for (const testing::Vector& vector : vectors) {
    for (const bool autojunk : {false, true}) {
      CodedBatch batch;
      ASSERT_TRUE(batch.add(vector.b, std::vector<Symbols>{vector.a}, false, autojunk));
      const std::int64_t matched = testing::matched_on_host_lanes(batch, 32)[0];
      given_up += matched == pair_given_up;
      if (matched != pair_given_up) {
        EXPECT_EQ(matched, autojunk ? vector.matched_autojunk : vector.matched) << vector.id;
      }
    }
  }
  EXPECT_LE(given_up, 10);
}

TEST(PairMatching, NoPairWaitsForManyRegions) {  // HostLanes throws if too many wait
  Symbols up, sparse, dense;
  for (std::uint32_t k = 0; k < 3000; ++k) {
    up.push_back(k);
    sparse.push_back(k % 2 == 0 ? k : 200000);
    dense.push_back(k % 2 == 0 ? k : 400000);
  }
  const Symbols down(up.rbegin(), up.rend());
  // Runs of growing length, separated by different symbols on both sides: a region waits behind each run.
  Symbols longer_a, longer_b;
  for (std::uint32_t size = 1, next = 1; size < 42; ++size) {
    for (std::uint32_t k = 0; k < size; ++k, ++next) {
      longer_a.push_back(next);
      longer_b.push_back(next);
    }
    longer_a.push_back(500000);
    longer_b.push_back(600000);
  }
  const Symbols shorter_a(longer_a.rbegin(), longer_a.rend()), shorter_b(longer_b.rbegin(), longer_b.rend());
  for (const auto& [a, b] :
       {std::pair(up, down), std::pair(sparse, dense), std::pair(dense, sparse), std::pair(up, up),
        std::pair(longer_a, longer_b), std::pair(shorter_a, shorter_b)}) {
    CodedBatch batch;
    batch.add(b, std::vector<Symbols>{a}, false, false);
    const std::int64_t matched = testing::matched_on_host_lanes(batch, 32)[0];
    EXPECT_TRUE(matched == matched_elements(a, b, false) || matched == pair_given_up);
  }
}

TEST(PairMatching, ACostlyPairIsGivenUpAndNotEndless) {
  Symbols sparse, dense;
  for (std::uint32_t k = 0; k < 4000; ++k) {  // a chain of single matches: each region loses one row
    sparse.push_back(k % 2 == 0 ? k : 200000);
    dense.push_back(k % 2 == 0 ? k : 400000);
  }
  CodedBatch batch;
  batch.add(dense, std::vector<Symbols>{sparse, Symbols(longest_pair_side, 7)}, false, false);
  EXPECT_EQ(testing::matched_on_host_lanes(batch, 32),
            (std::vector<std::int64_t>{pair_given_up, pair_given_up}));
}

// With autojunk a run also grows over popular elements (code 9, of which every b has many), but not out of
// its region.
TEST(PairMatching, ARunGrowsToTheEdgesOfItsRegion) {
  const auto expect = [](const Symbols& a, Symbols b, std::int64_t matched, const std::string& what) {
    b.insert(b.end(), 210, 9);
    CodedBatch batch;
    batch.add(b, std::vector<Symbols>{a}, false, true);
    EXPECT_EQ(matched_elements(a, b, true), matched) << what;
    EXPECT_EQ(testing::matched_on_host_lanes(batch, 32)[0], matched) << what;
  };
  expect({1, 2, 5, 2, 3}, {1, 2, 3}, 3,
         "12 is taken: 3 does not grow back to a 2 before the columns after it");
  expect({1, 2, 3}, {1, 2, 5, 2, 3}, 3, "nor before the rows");
  expect({1, 2, 5, 2, 3, 4}, {1, 2, 3, 4}, 4,
         "234 is taken: 1 does not grow to a 2 after the columns before it");
  expect({1, 2, 3, 4}, {1, 2, 5, 2, 3, 4}, 4, "nor after the rows");
  expect({1, 2, 3, 9, 4, 6, 7, 8}, {1, 2, 3, 9, 4, 7, 8, 5, 4, 6}, 7,
         "123 grows over 9 and 4, and leaves 78");
}

TEST(PairMatching, LimitsOfLengthsCellsAndWork) {
  const std::int64_t longest = longest_pair_side - 1, square = 1 << 13;
  const std::array<std::array<std::int64_t, 3>, 8> sizes{{{longest, 1, 1},
                                                          {longest + 1, 1, 0},
                                                          {1, longest, 1},
                                                          {1, longest + 1, 0},
                                                          {longest, 64, 1},
                                                          {longest, 65, 0},
                                                          {square, square, 1},
                                                          {square, square + 1, 0}}};
  for (const auto& [a, b, fits] : sizes) { EXPECT_EQ(fits_lanes(a, b), fits == 1) << a << " x " << b; }
  // One search of a pair without equal elements costs its cells and one more for each lane.
  CodedBatch batch;
  batch.add(Symbols{1}, std::vector<Symbols>{{2}}, false, false);
  const auto all_of_the_budget = static_cast<int>(pair_budget(1, 1) - 1);
  EXPECT_EQ(testing::matched_on_host_lanes(batch, all_of_the_budget)[0], 0);
  EXPECT_EQ(testing::matched_on_host_lanes(batch, all_of_the_budget + 1)[0], pair_given_up);
}

TEST(CodedBatch, RefusesMoreElementsThanCodes) {
  Symbols distinct;
  for (std::uint32_t k = 0; k < 65535; ++k) { distinct.push_back(k); }
  CodedBatch batch;
  EXPECT_FALSE(batch.add(distinct, std::vector<Symbols>{{1, 2}}, false, false));
  EXPECT_EQ(batch.size(), 0u);
  distinct.pop_back();
  EXPECT_TRUE(batch.add(distinct, std::vector<Symbols>{{1, 2}}, false, false));
}

}  // namespace
}  // namespace srl::reward
