#pragma once
// Intervals and tests for shares and means over questions.
#include <cstdint>
#include <vector>

namespace srl::analysis {

struct Interval {
  double low = 0, high = 0;
};

/// Wilson's score interval of a binomial share, 95% (Wilson 1927; z = 1.959963984540054). trials 0 → [0, 1].
Interval wilson_interval(std::int64_t successes, std::int64_t trials);

/// 95% percentile interval of the mean when both seeds and questions vary: values[seed][question], with the
/// same questions for all seeds. Each resample draws seeds, and then one set of questions for all seeds,
/// because they share the questions (Owen 2007, "The pigeonhole bootstrap"). With one seed, only the
/// questions vary. `sizes` gives the lengths of the clusters that the questions form, in their order; whole
/// clusters are drawn. Empty: each question by itself.
Interval hierarchical_interval(const std::vector<std::vector<double>>& values,
                               const std::vector<std::size_t>& sizes = {}, std::int64_t resamples = 10000,
                               std::uint64_t seed = 0);

/// The central 95% of resampled values: their 2.5% and 97.5% quantiles. `values` must not be empty.
Interval central_95(std::vector<double> values);

double mean(const std::vector<double>& values);

/// Exact two-sided sign test on pairs (McNemar): `better` and `worse` count the discordant pairs. 1 when
/// there are none.
double sign_test(std::int64_t better, std::int64_t worse);

}  // namespace srl::analysis
