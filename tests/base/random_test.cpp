#include "base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace srl {
namespace {

std::vector<std::uint32_t> words(const Philox& p) {
  return {p.words[0], p.words[1], p.words[2], p.words[3]};
}
using Words = std::vector<std::uint32_t>;

// Known answers of Random123 1.14 (its file tests/kat_vectors) for philox4x32 with 10 rounds.
TEST(Random, PhiloxEqualsThePublishedKnownAnswers) {
  EXPECT_EQ(words(philox4x32_10({{0, 0, 0, 0}}, 0, 0)),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t all = 0xffffffff;
  EXPECT_EQ(words(philox4x32_10({{all, all, all, all}}, all, all)),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(words(philox4x32_10({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0)),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, ACounterWordMattersEach) {
  std::set<Words> seen;
  const auto add = [&](std::uint64_t seed, RandomStream stream, std::uint64_t draw, std::uint32_t answer,
                       std::uint32_t token) {
    EXPECT_TRUE(seen.insert(words(random_words(seed, stream, draw, answer, token))).second);
  };
  add(1, RandomStream::rollout, 5, 6, 7);
  add(2, RandomStream::rollout, 5, 6, 7);
  add(1 + (std::uint64_t{1} << 32), RandomStream::rollout, 5, 6, 7);
  add(1, RandomStream::evaluation, 5, 6, 7);
  add(1, RandomStream::rollout, 6, 6, 7);
  add(1, RandomStream::rollout, 5 + (std::uint64_t{1} << 32), 6, 7);
  add(1, RandomStream::rollout, 5, 7, 7);
  add(1, RandomStream::rollout, 5, 6, 8);
}

TEST(Random, UniformNumbersFillTheUnitInterval) {
  constexpr int n = 200000, bins = 64;
  double sum = 0, square = 0;
  std::vector<int> count(bins);
  for (int i = 0; i < n; ++i) {
    const double u = random_uniform(42, RandomStream::order, static_cast<std::uint64_t>(i), 0, 0);
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    square += u * u;
    ++count[u * bins];
  }
  const double mean = sum / n;
  EXPECT_NEAR(mean, 0.5, 4 / std::sqrt(12.0 * n));
  EXPECT_NEAR(square / n - mean * mean, 1.0 / 12, 0.001);
  double chi_square = 0;
  for (const int c : count) { chi_square += (c - n / 64.0) * (c - n / 64.0) / (n / 64.0); }
  EXPECT_LT(chi_square, 63 + 5 * std::sqrt(2.0 * 63));  // 63 degrees of freedom, five standard deviations
}

}  // namespace
}  // namespace srl
