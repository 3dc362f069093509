#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/random.hpp"
#include "compute/sampling.hpp"

namespace srl::compute {
namespace {

std::vector<float> random_logits(std::size_t count, double spread, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, spread);
  std::vector<float> logits(count);
  for (float& logit : logits) { logit = static_cast<float>(normal(random)); }
  return logits;
}

/// softmax(logits / temperature) in double precision.
std::vector<double> exact(const std::vector<float>& logits, double temperature) {
  std::vector<double> p;
  double top = -1e300, total = 0;
  for (const float x : logits) { top = std::max(top, static_cast<double>(x)); }
  for (const float x : logits) { p.push_back(std::exp((static_cast<double>(x) - top) / temperature)); }
  for (const double x : p) { total += x; }
  for (double& x : p) { x /= total; }
  return p;
}

/// Keeps the ids for which keep(rank in descending order, cumulative probability before it) is true, and
/// renormalises.
template <class Keep>
std::vector<double> cut(std::vector<double> p, Keep keep) {
  std::vector<std::size_t> order(p.size());
  for (std::size_t i = 0; i < order.size(); ++i) { order[i] = i; }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  double before = 0, total = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const double own = p[order[rank]];
    if (!keep(rank, before)) { p[order[rank]] = 0; }
    before += own;
  }
  for (const double x : p) { total += x; }
  for (double& x : p) { x /= total; }
  return p;
}

/// Survival function of the chi-squared distribution, by Wilson and Hilferty's cube root. At these degrees of
/// freedom the error is a few percent of the tail.
double chi_squared_p(double statistic, double degrees) {
  const double z = (std::cbrt(statistic / degrees) - (1 - 2 / (9 * degrees))) / std::sqrt(2 / (9 * degrees));
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

/// Samples with the counter-based generator and compares the frequencies with `expected`. Ids that are
/// expected fewer than 5 times are pooled.
void expect_distribution(const std::vector<float>& logits, const SamplingRule& options,
                         const std::vector<double>& expected) {
  constexpr int draws = 40000;
  std::vector<int> seen(logits.size(), 0);
  SamplerScratch scratch;
  for (int i = 0; i < draws; ++i) {
    const double u = random_uniform(42, RandomStream::rollout, static_cast<std::uint64_t>(i), 0, 0);
    const Sampled one = sample(logits, options, {}, {}, {}, u, scratch);
    ASSERT_GE(one.id, 0);
    const auto id = static_cast<std::size_t>(one.id);
    ASSERT_GT(expected[id], 0.0) << "id " << id << " has no probability";
    ASSERT_NEAR(one.logprob, std::log(expected[id]), 1e-5);
    ++seen[id];
  }
  double statistic = 0, pooled_expected = 0, pooled_seen = 0;
  int cells = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double mean = expected[i] * draws;
    if (mean < 5) {
      pooled_expected += mean;
      pooled_seen += seen[i];
      continue;
    }
    statistic += (seen[i] - mean) * (seen[i] - mean) / mean;
    ++cells;
  }
  if (pooled_expected > 5) {
    statistic += (pooled_seen - pooled_expected) * (pooled_seen - pooled_expected) / pooled_expected;
    ++cells;
  }
  ASSERT_GT(cells, 2);
  EXPECT_GT(chi_squared_p(statistic, cells - 1), 1e-4)
      << "chi-squared " << statistic << " of " << cells << " cells";
}

TEST(Sampler, DrawsFromTheSoftmax) {
  const auto logits = random_logits(1003, 2.0, 1);
  expect_distribution(logits, {}, exact(logits, 1.0));
}

TEST(Sampler, TemperatureDividesTheLogits) {
  const auto logits = random_logits(700, 2.0, 2);
  for (const double temperature : {0.5, 1.7}) {
    SamplingRule options;
    options.temperature = temperature;
    expect_distribution(logits, options, exact(logits, temperature));
  }
}

TEST(Sampler, TopKKeepsTheLikeliestAndRenormalises) {
  const auto logits = random_logits(2000, 1.5, 3);
  SamplingRule options;
  options.top_k = 40;
  expect_distribution(logits, options,
                      cut(exact(logits, 1.0), [](std::size_t rank, double) { return rank < 40; }));
}

TEST(Sampler, TopPKeepsTheSmallestSetThatReachesIt) {
  const auto logits = random_logits(2000, 2.0, 4);
  SamplingRule options;
  options.top_p = 0.7;
  options.temperature = 0.8;
  expect_distribution(logits, options,
                      cut(exact(logits, 0.8), [](std::size_t, double before) { return before < 0.7; }));
}

TEST(Sampler, MinPIsRelativeToTheLikeliest) {
  const auto logits = random_logits(2000, 2.0, 5);
  SamplingRule options;
  options.min_p = 0.1;
  std::vector<double> expected = exact(logits, 1.0);
  const double limit = *std::max_element(expected.begin(), expected.end()) * 0.1;
  double total = 0;
  for (double& p : expected) { total += p = p >= limit ? p : 0; }
  for (double& p : expected) { p /= total; }
  expect_distribution(logits, options, expected);
}

TEST(Sampler, ModelLogprobIgnoresTemperatureAndCuts) {
  const auto logits = random_logits(900, 2.0, 6);
  SamplingRule options;
  options.temperature = 0.6;
  options.top_k = 5;
  SamplerScratch scratch;
  const std::vector<double> p = exact(logits, 1.0);
  for (int i = 0; i < 50; ++i) {
    const Sampled one = sample(logits, options, {}, {}, {}, i / 50.0, scratch);
    EXPECT_NEAR(one.model_logprob, std::log(p[one.id]), 1e-5);
  }
}

TEST(Sampler, GreedyTakesTheLowestIdOfEquals) {
  std::vector<float> logits(100, 0.0f);
  logits[70] = logits[31] = 4.0f;
  SamplingRule options;
  options.greedy = true;
  SamplerScratch scratch;
  EXPECT_EQ(sample(logits, options, {}, {}, {}, 0.99, scratch).id, 31);
  const std::vector<std::int32_t> banned{31};
  EXPECT_EQ(sample(logits, options, {}, banned, {}, 0.99, scratch).id, 70);
}

TEST(Sampler, BannedIdsNeverComeOut) {
  std::vector<float> logits(20, 0.0f);
  logits[3] = 50.0f;
  const std::vector<std::int32_t> banned{3};
  SamplerScratch scratch;
  for (int i = 0; i < 100; ++i) { EXPECT_NE(sample(logits, {}, {}, banned, {}, i / 100.0, scratch).id, 3); }
}

TEST(Sampler, BiasAndPenaltyChangeTheLogits) {
  std::vector<float> logits{1.0f, 2.0f, -1.0f, 0.5f};
  SamplingRule options;
  options.repetition_penalty = 2.0;
  const std::vector<LogitBias> bias{{3, 1.0f}};
  const std::vector<std::int32_t> seen{1, 1, 2};
  SamplerScratch scratch;
  // 1.0, 2.0 / 2, -1.0 * 2, 0.5 + 1.0, as in transformers' RepetitionPenaltyLogitsProcessor.
  const std::vector<double> expected = exact({1.0f, 1.0f, -2.0f, 1.5f}, 1.0);
  for (int i = 0; i < 20; ++i) {
    const Sampled one = sample(logits, options, bias, {}, seen, i / 20.0, scratch);
    EXPECT_NEAR(one.logprob, std::log(expected[one.id]), 1e-6);
  }
}

TEST(Sampler, ThePolicysLogprobKnowsNeitherCutsNorChangesOfLogits) {
  const auto logits = random_logits(300, 3.0, 12);
  const std::vector<LogitBias> bias{{3, 5.0f}, {7, -2.0f}};
  const std::vector<std::int32_t> banned{11, 12}, seen{3, 4, 5};
  const std::vector<double> expected = exact(logits, 0.7);
  const auto near = [&](const SamplingRule& options, std::span<const LogitBias> b,
                        std::span<const std::int32_t> no) {
    SamplerScratch scratch;
    for (int i = 0; i < 20; ++i) {
      const Sampled one = sample(logits, options, b, no, seen, i / 20.0, scratch);
      EXPECT_NEAR(one.policy_logprob, std::log(expected[one.id]), 1e-5);
    }
  };
  SamplingRule options;
  options.temperature = 0.7;
  near(options, {}, {});
  near(options, bias, banned);
  SamplingRule cut = options;
  cut.top_k = 9;
  near(cut, {}, {});
  cut = options, cut.top_p = 0.5;
  near(cut, bias, {});
  cut = options, cut.min_p = 0.2, cut.repetition_penalty = 1.5;
  near(cut, {}, banned);
  SamplerScratch scratch;
  const Sampled plain = sample(logits, options, {}, {}, {}, 0.4, scratch);
  EXPECT_EQ(plain.policy_logprob, plain.logprob) << "the same bits where nothing is changed";
}

TEST(Sampler, ExtremesOfTheCumulativeSum) {
  const auto logits = random_logits(513, 30.0, 8);  // most weights underflow
  SamplerScratch scratch;
  for (const double u : {0.0, 0x1.0p-53, 0.5, 1.0 - 0x1.0p-53}) {
    const Sampled one = sample(logits, {}, {}, {}, {}, u, scratch);
    ASSERT_GE(one.id, 0);
    EXPECT_GT(one.logprob, -90.0f);
  }
}

TEST(Sampler, NotFiniteLogitsAreReportedNotSampled) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (const std::size_t place : {0u, 7u, 98u}) {
      auto logits = random_logits(99, 1.0, 9);
      logits[place] = bad;
      SamplerScratch scratch;
      EXPECT_FALSE(sample(logits, {}, {}, {}, {}, 0.5, scratch).finite);
    }
  }
}

}  // namespace
}  // namespace srl::compute
