#pragma once
// Simulated studies with known truths: how often do the 95% intervals hold them? Used by the test
// analysis.room and by tests/bench/coverage_bench.cpp.
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "analysis/measure/paired_difference.hpp"
#include "analysis/measure/rate_interval.hpp"
#include "analysis/measure/seeds.hpp"
#include "analysis/tables/measures.hpp"

namespace srl::analysis {

/// rate: avg, maj, pass@2 and pass@8 of one benchmark. length: the mean of lengths, log-normal, of which
/// `dependence` is the questions' part of the logarithm's variance (0.5). mean: over this benchmark and two
/// others with 30 questions and half of the rate. difference: of two models on the same questions, the second
/// with 0.8 of the rate; steps: the same with 1 to 9 questions per cluster; equal: of equally good models
/// with other strengths. seeds: the rate over several seeds; seeds_difference: of two rows of a study.
enum class Estimand { rate, length, mean, difference, steps, equal, seeds, seeds_difference };

struct SimulatedStudy {
  Estimand estimand = Estimand::rate;
  double rate = 0.5;
  /// Correlation of the samples of a question: 0, all questions are equally hard; 1, each is always or never
  /// solved.
  double dependence = 0.3;
  int questions = 40, samples = 8;
  int seeds = 3;
  double seed_spread = 0.6;  ///< standard deviation of the seeds' log odds
};

struct Coverage {
  std::string name;  ///< of the measure
  double truth = 0;
  double share = 0;   ///< of the studies whose interval holds the truth
  double warned = 0;  ///< share of the studies whose report says that the interval may be too narrow
};

inline bool holds(const Interval& interval, double truth) {
  return interval.low - 1e-12 <= truth && truth <= interval.high + 1e-12;
}

/// From the beta distribution with this mean, of which two trials have this correlation: 0, always the mean;
/// 1, 0 or 1.
inline double beta_number(std::mt19937_64& random, double mean, double correlation) {
  std::uniform_real_distribution<double> uniform(0, 1);
  if (correlation <= 0) { return mean; }
  if (correlation >= 1) { return uniform(random) < mean ? 1 : 0; }
  const double weight = (1 - correlation) / correlation;
  std::gamma_distribution<double> first(mean * weight), second((1 - mean) * weight);
  const double x = first(random), y = second(random);
  return x + y > 0 ? x / (x + y) : (uniform(random) < mean ? 1 : 0);
}

class StudySimulator {
 public:
  explicit StudySimulator(std::uint64_t seed) : random_(seed) {}

  /// Of every measure of the estimand.
  std::vector<Coverage> coverage(const SimulatedStudy& study, int studies) {
    study_ = study;
    if (study.estimand >= Estimand::seeds) { middle_ = middle_of(study); }
    std::vector<Coverage> measures = truths();
    for (int i = 0; i < studies; ++i) {
      const std::vector<Simulated> results = simulated();
      for (std::size_t m = 0; m < measures.size(); ++m) {
        const Interval& interval = results[m].interval;
        const double truth = measures[m].truth;
        measures[m].share += holds(interval, truth);
        measures[m].warned += results[m].warned;
      }
    }
    for (Coverage& measure : measures) {
      measure.share /= studies;
      measure.warned /= studies;
    }
    return measures;
  }

 private:
  struct Simulated {
    Interval interval = {};
    bool warned = false;
    Simulated(const Interval& of) : interval(of) {}
    Simulated(const SeededMean& mean) : interval(mean.interval), warned(mean.uncertain) {}
  };

  static constexpr std::size_t resamples = 2000;  // more change a coverage by less than 0.1%

  /// How likely a question is solved.
  double solved(double rate) { return beta_number(random_, rate, study_.dependence); }

  int right(double chance) { return std::binomial_distribution<int>(study_.samples, chance)(random_); }
  double share(double chance) { return static_cast<double>(right(chance)) / study_.samples; }

  /// Two answers, of which one is right.
  double majority(int right) const {
    return 2 * right > study_.samples ? 1 : 2 * right == study_.samples ? 0.5 : 0;
  }
  std::vector<double> measures(int right) const {
    const double n = study_.samples;
    if (study_.samples < 8) { return {right / n}; }
    return {right / n, majority(right), pass_at(2, study_.samples, right), pass_at(8, study_.samples, right)};
  }

  /// The probability of `right` of the samples.
  double probability(int right) const {
    const double n = study_.samples, r = right, d = study_.dependence, p = study_.rate;
    if (d >= 1) { return right == 0 ? 1 - p : right == study_.samples ? p : 0; }
    const double choose = std::lgamma(n + 1) - std::lgamma(r + 1) - std::lgamma(n - r + 1);
    if (d <= 0) { return std::exp(choose + r * std::log(p) + (n - r) * std::log1p(-p)); }
    const double a = p * (1 - d) / d, b = (1 - p) * (1 - d) / d;
    return std::exp(choose + std::lgamma(r + a) + std::lgamma(n - r + b) - std::lgamma(n + a + b) +
                    std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b));
  }

  std::vector<Coverage> truths() const {
    const double rate = study_.rate;
    switch (study_.estimand) {
      case Estimand::rate: {
        std::vector<Coverage> all{{"avg"}, {"maj"}, {"pass@2"}, {"pass@8"}};
        all.resize(measures(0).size());
        for (int right = 0; right <= study_.samples; ++right) {
          const std::vector<double> values = measures(right);
          for (std::size_t m = 0; m < all.size(); ++m) { all[m].truth += probability(right) * values[m]; }
        }
        return all;
      }
      case Estimand::length: return {{"length", 200 * std::exp(0.25)}};
      case Estimand::mean: return {{"mean", rate * 2 / 3}};
      case Estimand::difference:
      case Estimand::steps: return {{"difference", 0.2 * rate}};
      case Estimand::seeds: return {{"seeds", rate}};
      case Estimand::equal:
      case Estimand::seeds_difference: break;
    }
    return {{"difference", 0}};
  }

  std::vector<Simulated> simulated() {
    switch (study_.estimand) {
      case Estimand::rate: return rates();
      case Estimand::length: return {means_of(lengths(), resamples)[0].interval};
      case Estimand::mean: return {mean_of_three()};
      case Estimand::seeds: return {seeded_rate({seeded()}, study_.samples)};
      case Estimand::seeds_difference: {
        std::vector<std::vector<double>> values = seeded(), other = seeded();
        for (std::size_t s = 0; s < values.size(); ++s) {
          for (std::size_t q = 0; q < values[s].size(); ++q) { values[s][q] -= other[s][q]; }
        }
        return {seeded_difference({values}, study_.samples)};
      }
      default: return {paired_difference_interval(differences())};
    }
  }

  std::vector<Simulated> rates() {
    Clusters clusters{std::vector<double>(study_.questions, 1.0),
                      std::vector<std::vector<double>>(measures(0).size()),
                      std::int64_t{study_.questions} * study_.samples, study_.samples == 1};
    for (int q = 0; q < study_.questions; ++q) {
      const std::vector<double> values = measures(right(solved(study_.rate)));
      for (std::size_t m = 0; m < values.size(); ++m) { clusters.sums[m].push_back(values[m]); }
    }
    std::vector<Simulated> intervals;
    for (const Estimated& rate : rates_of(clusters, resamples)) { intervals.emplace_back(rate.interval); }
    return intervals;
  }

  Clusters lengths() {
    Clusters clusters{{}, {{}}, std::int64_t{study_.questions} * study_.samples, false};
    for (int q = 0; q < study_.questions; ++q) {
      const double question = std::sqrt(0.5 * study_.dependence) * normal_(random_);
      double sum = 0;
      for (int s = 0; s < study_.samples; ++s) {
        sum += 200 * std::exp(question + std::sqrt(0.5 * (1 - study_.dependence)) * normal_(random_));
      }
      clusters.sizes.push_back(study_.samples);
      clusters.sums[0].push_back(sum);
    }
    return clusters;
  }

  Clusters benchmark(double rate, int questions) {
    std::vector<double> values;
    for (int q = 0; q < questions; ++q) { values.push_back(share(solved(rate))); }
    return clusters_of_values(values, study_.samples);
  }

  Interval mean_of_three() {
    std::vector<Clusters> benchmarks{benchmark(study_.rate, study_.questions)};
    for (int more = 0; more < 2; ++more) { benchmarks.push_back(benchmark(study_.rate / 2, 30)); }
    return mean_rates_of(benchmarks, resamples)[0].interval;
  }

  Clusters differences() {
    Clusters clusters{{}, {{}}, 0, study_.samples == 1 && study_.estimand != Estimand::steps};
    for (int q = 0; q < study_.questions; ++q) {
      const double chance = solved(study_.rate);
      double other = 0.8 * chance;
      if (study_.estimand == Estimand::equal) {
        other = uniform_(random_) < 0.5 ? chance : solved(study_.rate);
      }
      const int steps =
          study_.estimand == Estimand::steps ? std::uniform_int_distribution<int>(1, 9)(random_) : 1;
      double sum = 0;
      for (int step = 0; step < steps; ++step) { sum += share(chance) - share(other); }
      clusters.sizes.push_back(steps);
      clusters.sums[0].push_back(sum);
      clusters.trials += std::int64_t{steps} * study_.samples;
    }
    return clusters;
  }

  static double chance_of(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }
  /// The questions' spread of log odds that has about the correlation `dependence`.
  static double question_spread(double dependence) {
    return dependence <= 0 ? 0 : dependence >= 1 ? 50 : 3.3 * std::sqrt(dependence) / (1.4 - dependence);
  }
  static double pair_spread(double dependence) { return dependence > 0 ? 0.4 : 0; }

  /// The log odds whose chances have the mean `rate`, with all spreads.
  static double middle_of(const SimulatedStudy& study) {
    const double spread =
        std::hypot(question_spread(study.dependence), study.seed_spread, pair_spread(study.dependence));
    double low = -400, high = 400;
    for (int round = 0; round < 60; ++round) {
      const double middle = (low + high) / 2;
      double sum = 0, weights = 0;
      for (double z = -6; z <= 6; z += 0.002) {
        sum += std::exp(-z * z / 2) * chance_of(middle + spread * z);
        weights += std::exp(-z * z / 2);
      }
      (sum / weights < study.rate ? low : high) = middle;
    }
    return low;
  }

  std::vector<std::vector<double>> seeded() {
    std::vector<double> questions;
    for (int q = 0; q < study_.questions; ++q) {
      questions.push_back(question_spread(study_.dependence) * normal_(random_));
    }
    std::vector<std::vector<double>> values;
    for (int s = 0; s < study_.seeds; ++s) {
      const double seed = middle_ + study_.seed_spread * normal_(random_);
      std::vector<double>& line = values.emplace_back();
      for (const double question : questions) {
        const double both = pair_spread(study_.dependence) * normal_(random_);
        line.push_back(share(chance_of(seed + question + both)));
      }
    }
    return values;
  }

  SimulatedStudy study_;
  double middle_ = 0;
  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_{0, 1};
  std::normal_distribution<double> normal_;
};

}  // namespace srl::analysis
