#pragma once
// Means over seeds and questions that are the same for all seeds: seeds and questions are crossed.
#include <cstdint>
#include <vector>

#include "analysis/measure/statistics.hpp"

namespace srl::analysis {

/// values[seed][question], with the same questions for all seeds. `sizes` gives the lengths of the clusters
/// that the questions form, in their order; empty: each question by itself.
struct SeededValues {
  std::vector<std::vector<double>> values;
  std::vector<std::size_t> sizes = {};
};

struct SeededMean {
  double value = 0;
  Interval interval = {};  ///< 95%
  bool uncertain = false;  ///< the interval may hold the truth less often than it says: few or unlike seeds,
                           ///< or means with a few questions far from the rest
};

/// The mean of rates, which come from `samples` completions per question: for one seed the interval of a rate
/// (rate_interval.hpp), else Wilson's for the effective number of trials, with the variance of crossed
/// effects (seeds, questions, and both), pulled as for a rate, and Student's t with Satterthwaite's degrees
/// of freedom. Percentile bootstraps of seeds and questions hold the truth too seldom with few seeds.
SeededMean seeded_rate(const SeededValues& values, std::int64_t samples);
/// The same of values of any size, such as similarities: without the pull; one seed: the BCa bootstrap.
SeededMean seeded_mean(const SeededValues& values);
/// The same of differences of two rows, seed by seed, with added clusters (paired_difference.hpp). `samples`
/// 0: of similarities.
SeededMean seeded_difference(const SeededValues& differences, std::int64_t samples);

}  // namespace srl::analysis
