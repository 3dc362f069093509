#include "analysis/measure/paired_tests.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "analysis/measure/distributions.hpp"
#include "analysis/measure/rate_interval.hpp"
#include "analysis/measure/seeds.hpp"
#include "analysis/measure/statistics.hpp"

namespace srl::analysis {
namespace {

// Values of scipy 1.17.1: ttest_1samp(d, 0), and permutation_test of the pairs (d, 0) with all sign changes.
struct FromScipy {
  std::vector<double> differences;
  double t, t_p, flip_p;
};
const FromScipy scipy[] = {
    {{0.31, 0.12, -0.05, 0.44, 0.27, 0.09, 0.18, 0.33}, 3.813015613175804, 0.00660195020184627, 0.015625},
    {{0.02, -0.01, 0.03}, 1.1094003924504583, 0.38278660015163235, 0.5},
    {{1.0, 2.5}, 2.3333333333333335, 0.2577621168183132, 0.5},
    {{-0.4, 0.1, 0.05, -0.2, 0.3, -0.15, 0.07, -0.02, 0.11},
     -0.22629264360261703,
     0.8266485501976369,
     0.84375}};

TEST(PairedTests, EqualScipy) {
  for (const FromScipy& one : scipy) {
    EXPECT_NEAR(paired_t(one.differences).t, one.t, 1e-12);
    EXPECT_NEAR(paired_t(one.differences).p, one.t_p, 1e-12);
    EXPECT_DOUBLE_EQ(sign_flip_test(one.differences), one.flip_p);
  }
}

/// Two-sided tail of Student's t by integrating its density (Simpson's rule after x = tan u, which makes the
/// range finite).
double tail_by_integration(double t, double degrees) {
  const double log_constant =
      std::lgamma((degrees + 1) / 2) - std::lgamma(degrees / 2) - 0.5 * std::log(degrees * std::numbers::pi);
  const auto density = [&](double u) {
    const double x = std::tan(u), c = std::cos(u);
    return std::exp(log_constant - (degrees + 1) / 2 * std::log1p(x * x / degrees)) / (c * c);
  };
  const int pieces = 20000;
  const double low = 0, high = std::atan(t), width = (high - low) / pieces;
  double sum = density(low) + density(high);
  for (int i = 1; i < pieces; ++i) { sum += density(low + i * width) * (i % 2 == 1 ? 4 : 2); }
  return 1 - 2 * sum * width / 3;
}

TEST(PairedTests, TheTailOfTIsThatOfItsDensityForEveryNumberOfSeeds) {
  for (std::size_t n = 2; n <= 20; ++n) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < n; ++i) {
      differences.push_back(std::sin(3.7 * static_cast<double>(i)) + 0.4);
    }
    const PairedT result = paired_t(differences);
    EXPECT_NEAR(result.p, tail_by_integration(std::abs(result.t), static_cast<double>(n) - 1), 1e-9)
        << n << " seeds";
  }
}

TEST(PairedTests, SignFlipCountsAllWaysOfTurningSigns) {
  EXPECT_DOUBLE_EQ(sign_flip_test({1, 1, 1, 1, 1, 1, 1, 1}),
                   2.0 / 256);                              // 2 patterns are as extreme
  EXPECT_DOUBLE_EQ(sign_flip_test({0.1, 0.2, -0.3}), 1.0);  // the sum is 0, up to rounding
  EXPECT_DOUBLE_EQ(sign_flip_test({}), 1.0);
}

TEST(PairedTests, EqualDifferencesHaveNoError) {
  EXPECT_EQ(paired_t({0, 0, 0}).p, 1);
  EXPECT_EQ(paired_t({0.5, 0.5, 0.5}).p, 0);
  EXPECT_EQ(paired_t({0.5}).p, 1);
}

TEST(Holm, StepsDownAndNeverFalls) {
  // Worked by hand: sorted 0.01·4, 0.02·3, 0.03·2 → at least 0.06, 0.04·1 → at least 0.06.
  const std::vector<double> adjusted = holm({0.04, 0.01, 0.03, 0.02});
  EXPECT_NEAR(adjusted[1], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[2], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[0], 0.06, 1e-15);
  EXPECT_EQ(holm({0.7, 0.9})[0], 1);
}

TEST(SeededRate, GrowsWithTheSpreadOfSeedsAndIsTheQuestionsAloneForOneSeed) {
  std::vector<double> questions;
  for (int q = 0; q < 200; ++q) { questions.push_back(q % 4 == 0 ? 1.0 : 0.0); }
  const Interval one = seeded_rate({{questions}}, 1).interval,
                 plain = rates_of(clusters_of_values(questions))[0].interval;
  EXPECT_EQ(one.low, plain.low);
  EXPECT_EQ(one.high, plain.high);
  // Two seeds are all 0 and two are all 1: Student's t of four values, as a score interval.
  const std::vector<double> none(200, 0.0), all(200, 1.0);
  const SeededMean apart = seeded_rate({{none, all, none, all}}, 1);
  EXPECT_NEAR(apart.interval.low, 0.5 - 0.5 * 3.182 / std::sqrt(3 + 3.182 * 3.182), 0.02);
  EXPECT_TRUE(apart.uncertain);
  const SeededMean same = seeded_rate({{all, all, all}}, 1);
  EXPECT_NEAR(same.interval.low, wilson_interval(200, 200).low, 1e-9);
  EXPECT_FALSE(same.uncertain);
}

// Value = part of the seed + part of the question: seeds of -d and d are 0.4 of the variance at d = 0.4714.
TEST(SeededMean, SaysWhenFewOrUnlikeSeedsMayMakeItTooNarrow) {
  const auto warns = [](const std::vector<double>& seeds) {
    SeededValues values;
    for (const double seed : seeds) {
      values.values.emplace_back();
      for (int q = 0; q < 10; ++q) { values.values.back().push_back(seed + (q % 2 == 0 ? 1 : -1)); }
    }
    return seeded_mean(values).uncertain;
  };
  const double d = 0.4714;
  EXPECT_TRUE(warns({0, 0}));
  EXPECT_TRUE(warns({-d, 0, d}));
  EXPECT_FALSE(warns({-0.3, 0, 0.3}));
  EXPECT_FALSE(warns({-d, d, -d, d}));
  EXPECT_TRUE(warns({-1, 1, -1, 1}));
}

TEST(SeededMean, SaysWhenAFewQuestionsFarFromTheRestMayMakeItTooNarrow) {
  const auto warns = [](int far) {
    std::vector<double> questions(40, 0.0);
    for (int q = 0; q < far; ++q) { questions[q] = 1; }
    return seeded_mean({{questions, questions, questions}}).uncertain;
  };
  EXPECT_TRUE(warns(4));   // skewness (1 - 2 p) / sqrt(p (1 - p)) = 2.67
  EXPECT_FALSE(warns(8));  // 1.5
}

// Worked by hand: 2 seeds x 2 questions, values 1 3 / 2 6. Mean squares: seeds 4, questions 9, both 1.
TEST(SeededMean, IsTheAnalysisOfVarianceOfCrossedEffects) {
  const SeededMean mean = seeded_mean({{{1, 3}, {2, 6}}});
  EXPECT_DOUBLE_EQ(mean.value, 3);
  const double variance = (4.0 + 9 - 1) / 4, degrees = 144.0 / (16 + 81 + 1);
  const double half = t_quantile(0.975, degrees) * std::sqrt(variance);
  EXPECT_NEAR(mean.interval.high - 3, half, 1e-9);
  EXPECT_NEAR(3 - mean.interval.low, half, 1e-9);
}

}  // namespace
}  // namespace srl::analysis
