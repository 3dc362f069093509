#pragma once
// 95% intervals of rates (means of values from 0 to 1) over clusters. The method was chosen by the coverage
// of simulated studies (tests/bench/coverage_bench.cpp, docs/method.md "Evaluation").
#include <vector>

#include "analysis/measure/clusters.hpp"
#include "analysis/measure/statistics.hpp"
#include "base/words.hpp"

namespace srl::analysis {

enum class IntervalMethod { wilson, score, bca };
SRL_WORDS(IntervalMethod, "wilson", "score", "bca");

struct Estimated {
  double value = 0;
  double standard_error = 0;
  Interval interval = {};
  IntervalMethod method = IntervalMethod::bca;
};

/// The rates of all measures of the clusters:
/// - wilson: the modified Wilson interval with one trial per cluster, where the completions of each cluster
/// all agree
/// - bca: the BCa bootstrap over clusters, for at least 10 clusters and at least 8 effective successes and
/// failures
/// - score: else Wilson's interval for the effective number of trials p (1 - p) / variance. The variance is
/// that of the
///   clusters, pulled towards that of fully dependent clusters by the weight of one cluster.
std::vector<Estimated> rates_of(const Clusters& clusters, std::size_t most_resamples = 10000);

/// The mean of the rates of several benchmarks, each with the same weight and resampled within itself.
/// `benchmarks` must not be empty; all have the same measures.
std::vector<Estimated> mean_rates_of(const std::vector<Clusters>& benchmarks,
                                     std::size_t most_resamples = 10000);

/// The interval of a rate whose variance and its degrees of freedom are known from elsewhere, by the method
/// `score`. `clusters` holds the rate.
Interval score_interval(const Clusters& clusters, double variance, double degrees);

/// The means of values of any size, such as lengths, by the BCa bootstrap.
std::vector<Estimated> means_of(const Clusters& clusters, std::size_t most_resamples = 10000);

}  // namespace srl::analysis
