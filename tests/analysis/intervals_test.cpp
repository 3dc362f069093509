#include <gtest/gtest.h>

#include <cmath>

#include "analysis/measure/bootstrap.hpp"
#include "analysis/measure/paired_difference.hpp"
#include "analysis/measure/rate_interval.hpp"
#include "simulated/studies.hpp"

namespace srl::analysis {
namespace {

// scipy 1.17.1: bootstrap(…, n_resamples=200000, method="BCa"). Means are multiples of 1/120.
TEST(Bca, EqualsScipyWithinItsMonteCarloError) {
  const std::vector<double> values{0, 0,     0.125, 0,     0.25, 0.5,  1,    0.125,
                                   0, 0.375, 0.75,  0.125, 0,    0.25, 0.125};
  const Clusters clusters = clusters_of_values(values, 8);
  auto means = resampled_means(clusters, 200000);
  const Interval interval =
      bca_interval(std::move(means[0]), {mean_of(clusters, 0), influences_of(clusters, 0)});
  const double step = 1.0 / 120 + 1e-9;
  EXPECT_NEAR(interval.low, 0.12500, step);
  EXPECT_NEAR(interval.high, 0.43611, step);
}

TEST(Bca, DependsOnNothingButTheValues) {
  const Clusters clusters =
      clusters_of_values({0.5, 0.25, 0.75, 0.5, 0.125, 1, 0, 0.5, 0.25, 0.5, 0.5, 0.5}, 8);
  EXPECT_EQ(rates_of(clusters)[0].interval.low, rates_of(clusters)[0].interval.low);
  EXPECT_EQ(rates_of(clusters)[0].method, IntervalMethod::bca);
}

TEST(Rates, UseTheMethodThatTheirCountsAllow) {
  EXPECT_EQ(rates_of(clusters_of_values(std::vector<double>(40, 0.0), 8))[0].method, IntervalMethod::wilson);
  std::vector<double> few(40, 0.0);
  few[3] = 0.25;
  const Estimated rare = rates_of(clusters_of_values(few, 8))[0];
  EXPECT_EQ(rare.method, IntervalMethod::score);
  EXPECT_GT(rare.interval.high, 0.03);
  EXPECT_LT(rare.interval.high, 0.2);
  const Estimated alike = rates_of(clusters_of_values(std::vector<double>(40, 0.5), 8))[0];
  EXPECT_EQ(alike.method, IntervalMethod::score);  // no spread: then as many trials as completions
  EXPECT_NEAR(alike.interval.low, wilson_interval(160, 320).low, 1e-9);
  const Estimated single = rates_of(clusters_of_values({1, 0, 0, 0, 1}))[0];
  EXPECT_NEAR(single.interval.high, wilson_interval(2, 5).high, 1e-12);
}

TEST(Rates, FullyDependentSamplesCountAsOneTrialPerCluster) {
  std::vector<double> values;
  for (int q = 0; q < 32; ++q) { values.push_back(q % 2); }
  const Interval interval = rates_of(clusters_of_values(values, 10))[0].interval;
  EXPECT_NEAR(interval.low, wilson_interval(16, 32).low, 1e-12);
}

TEST(Rates, TheMeanOfBenchmarksWeighsThemEqually) {
  std::vector<double> large, small;
  for (int q = 0; q < 200; ++q) { large.push_back(q % 5 == 0 ? 1 : 0.25); }
  for (int q = 0; q < 20; ++q) { small.push_back(q % 2 == 0 ? 1 : 0.5); }
  const Estimated mean = mean_rates_of({clusters_of_values(large, 4), clusters_of_values(small, 4)})[0];
  EXPECT_DOUBLE_EQ(mean.value, (0.4 + 0.75) / 2);
  const double expected = std::sqrt(0.09 / 199 + 0.0625 / 19) / 2;
  EXPECT_NEAR(mean.standard_error, expected, 1e-12);
  EXPECT_NEAR(mean.interval.high - mean.interval.low, 2 * 2.09 * expected, 0.1 * expected);
}

// The full study is tests/bench/coverage_bench.cpp. The limits allow four standard errors of 150 studies.
TEST(Coverage, TheIntervalsHoldTheTruthAsOftenAsTheySay) {
  StudySimulator simulator(7);
  for (const Estimand estimand : {Estimand::rate, Estimand::mean, Estimand::difference, Estimand::equal,
                                  Estimand::steps, Estimand::seeds, Estimand::seeds_difference}) {
    for (const double rate : {0.02, 0.1, 0.5, 0.9, 0.98}) {
      for (const Coverage& measure : simulator.coverage({.estimand = estimand, .rate = rate}, 150)) {
        const double limit = rate < 0.1 || rate > 0.9 ? 0.90 : 0.92;
        EXPECT_GE(measure.share, limit - 4 * std::sqrt(0.05 * 0.95 / 150)) << measure.name << " " << rate;
      }
    }
  }
}

// A percentile bootstrap of seeds and questions holds the truth in 78% of these studies.
TEST(Coverage, ThreeSeedsAreNotTakenForCertain) {
  StudySimulator simulator(8);
  EXPECT_GE(simulator.coverage({.estimand = Estimand::seeds, .dependence = 0}, 400)[0].share, 0.90);
}

// The steps of a solution do not count as independent: with the square of one completion of a solution these
// intervals hold the truth in 83%.
TEST(Coverage, DependentStepsAreNotTakenForIndependent) {
  StudySimulator simulator(8);
  const SimulatedStudy study{.estimand = Estimand::steps, .rate = 0.05, .dependence = 1};
  EXPECT_GE(simulator.coverage(study, 400)[0].share, 0.91);
}

// Worked by hand. Three of 40 questions differ by +1/8 and one by -1/8, with 8 completions each: the added
// square is 1/8, for 8 completions. Squares of 1/2 (Agresti and Min) give an interval 2.4 times as wide.
TEST(PairedDifference, AddedClustersAreAsLargeAsACompletion) {
  std::vector<double> values(40, 0.0);
  values[0] = values[1] = values[2] = 0.125;
  values[3] = -0.125;
  const Interval interval = paired_difference_interval(clusters_of_values(values, 8));
  const double centre = 0.25 / 42, variance = ((4.0 / 64 + 1.0 / 8) / 42 - centre * centre) / 42;
  const double half = 2.019540970441 * std::sqrt(variance);  // Student's t, 41 degrees of freedom
  EXPECT_NEAR(interval.low, centre - half, 1e-9);
  EXPECT_NEAR(interval.high, centre + half, 1e-9);
}

}  // namespace
}  // namespace srl::analysis
