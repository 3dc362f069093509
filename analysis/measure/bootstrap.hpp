#pragma once
// The bias-corrected and accelerated (BCa) bootstrap of means over clusters (Efron 1987).
#include <cstdint>
#include <vector>

#include "analysis/measure/clusters.hpp"
#include "analysis/measure/statistics.hpp"

namespace srl::analysis {

/// How many resamples: 10,000, and fewer (at least 2,000) for more than 400 clusters, whose means need less.
std::size_t resamples_for(std::size_t clusters);

/// The means of whole clusters drawn with replacement: [measure][resample]. Every draw comes from the
/// counter-based generator, so the result is always the same. `stratum` separates the draws of several
/// benchmarks.
std::vector<std::vector<double>> resampled_means(const Clusters& clusters, std::size_t resamples,
                                                 std::uint64_t seed = 0, std::uint32_t stratum = 0);

/// The acceleration of the interval: a sixth of the skewness of the mean. 0 when all influences are 0.
double acceleration_of(const std::vector<double>& influences);

/// What the interval needs beside the resampled values.
struct BcaInput {
  double estimate = 0;
  std::vector<double> influences;  ///< of all clusters on the estimate
  double tail = 0.025;             ///< of the normal distribution outside each end, before the correction
};

/// The tail that makes up for the smaller spread of resamples of few clusters: normal_cdf(-sqrt(n / (n - 1))
/// t), t the 97.5% quantile of Student's t with n - 1 degrees of freedom (Hesterberg 2015, "expanded
/// percentiles").
double expanded_tail(double clusters);

/// The BCa interval. All values equal: both ends are that value.
Interval bca_interval(std::vector<double> values, const BcaInput& input);

}  // namespace srl::analysis
