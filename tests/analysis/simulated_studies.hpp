#pragma once
// Simulated studies with known true rates: how often do the 95% intervals hold the truth? Used by the test
// analysis.room and by tests/bench/coverage_bench.cpp.
#include <cstdint>
#include <random>
#include <vector>

#include "analysis/measure/paired_difference.hpp"
#include "analysis/measure/rate_interval.hpp"

namespace srl::analysis {

/// What is estimated: the rate of one benchmark; the mean of it and of two others with 30 questions and half
/// of the rate; the difference of two models on the same questions, the second with 0.8 of the rate.
enum class Estimand { rate, mean, difference };

struct SimulatedStudy {
  Estimand estimand = Estimand::rate;
  double rate = 0.5;
  /// Correlation of the samples of a question: 0, all questions are equally hard; 1, each is always or never
  /// solved.
  double dependence = 0.3;
  int questions = 40, samples = 8;
};

class StudySimulator {
 public:
  explicit StudySimulator(std::uint64_t seed) : random_(seed) {}

  /// The share of `studies` whose interval holds the truth.
  double coverage(const SimulatedStudy& study, int studies) {
    int held = 0;
    for (int i = 0; i < studies; ++i) { held += holds(study); }
    return static_cast<double>(held) / studies;
  }

 private:
  /// How likely a question is solved: from the beta distribution with this mean and correlation.
  double solved(double rate, double dependence) {
    if (dependence <= 0) { return rate; }
    if (dependence >= 1) { return uniform_(random_) < rate ? 1 : 0; }
    const double weight = (1 - dependence) / dependence;
    std::gamma_distribution<double> first(rate * weight), second((1 - rate) * weight);
    const double x = first(random_), y = second(random_);
    return x + y > 0 ? x / (x + y) : (uniform_(random_) < rate ? 1 : 0);
  }

  double share(double chance, int samples) {
    std::binomial_distribution<int> binomial(samples, chance);
    return static_cast<double>(binomial(random_)) / samples;
  }

  Clusters benchmark(double rate, const SimulatedStudy& study, int questions) {
    std::vector<double> values;
    for (int q = 0; q < questions; ++q) {
      values.push_back(share(solved(rate, study.dependence), study.samples));
    }
    return clusters_of_values(values, study.samples);
  }

  /// The second model solves each question with 0.8 of the first one's chance.
  Clusters differences(const SimulatedStudy& study) {
    std::vector<double> values;
    for (int q = 0; q < study.questions; ++q) {
      const double chance = solved(study.rate, study.dependence);
      values.push_back(share(chance, study.samples) - share(0.8 * chance, study.samples));
    }
    return clusters_of_values(values, study.samples);
  }

  bool holds(const SimulatedStudy& study) {
    if (study.estimand == Estimand::difference) {
      return within(paired_difference_interval(differences(study)), 0.2 * study.rate);
    }
    std::vector<Clusters> benchmarks{benchmark(study.rate, study, study.questions)};
    if (study.estimand == Estimand::rate) { return within(rates_of(benchmarks[0])[0].interval, study.rate); }
    for (int more = 0; more < 2; ++more) { benchmarks.push_back(benchmark(study.rate / 2, study, 30)); }
    return within(mean_rates_of(benchmarks)[0].interval, study.rate * 2 / 3);
  }

  static bool within(const Interval& interval, double truth) {
    return interval.low - 1e-12 <= truth && truth <= interval.high + 1e-12;
  }

  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_{0, 1};
};

}  // namespace srl::analysis
