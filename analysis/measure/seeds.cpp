#include "analysis/measure/seeds.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/measure/bootstrap.hpp"
#include "analysis/measure/distributions.hpp"
#include "analysis/measure/paired_difference.hpp"
#include "analysis/measure/rate_interval.hpp"

namespace srl::analysis {
namespace {

/// The clusters of one seed, or of the mean over the seeds.
Clusters clusters_of(const SeededValues& all, std::int64_t samples) {
  const std::size_t questions = all.values[0].size();
  const std::vector<std::size_t> lengths =
      all.sizes.empty() ? std::vector<std::size_t>(questions, 1) : all.sizes;
  Clusters clusters{{}, std::vector<std::vector<double>>(all.values.size()), 0, false};
  for (const std::size_t length : lengths) { clusters.sizes.push_back(static_cast<double>(length)); }
  for (std::size_t s = 0; s < all.values.size(); ++s) {
    auto value = all.values[s].begin();
    for (const std::size_t length : lengths) {
      const auto end = value + static_cast<std::ptrdiff_t>(length);
      clusters.sums[s].push_back(std::accumulate(value, end, 0.0));
      value = end;
    }
  }
  clusters.trials = static_cast<std::int64_t>(questions) * samples;
  clusters.single = samples == 1 && questions == lengths.size();
  return clusters;
}

/// The mean of all seeds, cluster by cluster.
Clusters mean_over_seeds(Clusters clusters) {
  std::vector<double> mean(clusters.count());
  for (const std::vector<double>& sums : clusters.sums) {
    for (std::size_t c = 0; c < mean.size(); ++c) {
      mean[c] += sums[c] / static_cast<double>(clusters.sums.size());
    }
  }
  clusters.trials *= std::ssize(clusters.sums);
  clusters.sums = {std::move(mean)};
  return clusters;
}

/// Analysis of variance of seeds x clusters without repetition.
struct Crossed {
  double value = 0, variance = 0, degrees = 1;
  double of_seeds = 0;  ///< the seeds' part of the variance, from 0 to 1
  double skewness = 0;  ///< of the clusters' means: the third moment over the standard deviation cubed
};

Crossed crossed(const Clusters& clusters) {
  const auto seeds = static_cast<double>(clusters.sums.size());
  const auto count = static_cast<double>(clusters.count());
  Crossed result;
  const Clusters mean = mean_over_seeds(clusters);
  result.value = mean_of(mean, 0);
  double by_seed = 0, by_cluster = 0, both = 0;  // sums of squares
  const std::vector<double> common = influences_of(mean, 0);
  for (const double value : common) { by_cluster += seeds * value * value; }
  for (std::size_t s = 0; s < clusters.sums.size(); ++s) {
    const double apart = mean_of(clusters, s) - result.value;
    by_seed += count * apart * apart;
    const std::vector<double> own = influences_of(clusters, s);
    for (std::size_t c = 0; c < own.size(); ++c) { both += (own[c] - common[c]) * (own[c] - common[c]); }
  }
  const double free_seeds = seeds - 1, free_clusters = std::max(1.0, count - 1);
  by_seed /= free_seeds;
  by_cluster /= free_clusters;
  both /= free_seeds * free_clusters;
  // Searle, Casella and McCulloch 1992, "Variance Components"; never below one of its parts.
  const double total = std::max({by_seed + by_cluster - both, by_seed, by_cluster});
  const double squares = by_seed * by_seed / free_seeds + by_cluster * by_cluster / free_clusters +
                         both * both / (free_seeds * free_clusters);
  result.variance = total / (seeds * count);
  result.degrees = squares > 0 ? std::max(free_seeds, total * total / squares) : free_clusters;
  result.skewness = 6 * std::sqrt(count) * acceleration_of(common);
  result.of_seeds = total > 0 ? std::max(0.0, by_seed - both) / total : 0;
  return result;
}

/// Limits from simulated studies (docs/conformance.md): two seeds, three that make up a good part of the
/// variance, or more that make up most of it.
bool uncertain(const Crossed& mean, std::size_t seeds) {
  return seeds == 2 || mean.of_seeds > (seeds == 3 ? 0.3 : 0.5);
}

/// A few questions far above or below the rest: Student's t knows such a mean too badly
/// (docs/conformance.md).
bool lopsided(const Crossed& mean) {
  return std::abs(mean.skewness) > 1.8;
}

SeededMean of_one_seed(const Estimated& estimated) {
  return {estimated.value, estimated.interval};
}

Interval student(double centre, double variance, double degrees) {
  const double half = t_quantile(0.975, degrees) * std::sqrt(variance);
  return {centre - half, centre + half};
}

}  // namespace

SeededMean seeded_rate(const SeededValues& values, std::int64_t samples) {
  const Clusters clusters = clusters_of(values, samples);
  if (clusters.sums.size() == 1) { return of_one_seed(rates_of(clusters)[0]); }
  const Crossed mean = crossed(clusters);
  return {mean.value, score_interval(mean_over_seeds(clusters), mean.variance, mean.degrees),
          uncertain(mean, clusters.sums.size())};
}

SeededMean seeded_mean(const SeededValues& values) {
  const Clusters clusters = clusters_of(values, 1);
  if (clusters.sums.size() == 1) { return of_one_seed(means_of(clusters)[0]); }
  const Crossed mean = crossed(clusters);
  return {mean.value, student(mean.value, mean.variance, mean.degrees),
          uncertain(mean, clusters.sums.size()) || lopsided(mean)};
}

SeededMean seeded_difference(const SeededValues& differences, std::int64_t samples) {
  const Clusters clusters = clusters_of(differences, samples);
  if (clusters.sums.size() == 1) { return {mean_of(clusters, 0), paired_difference_interval(clusters)}; }
  const Crossed mean = crossed(clusters);
  const Clusters over_seeds = mean_over_seeds(clusters);
  WithAdded added = added_to(over_seeds);
  const double n = static_cast<double>(clusters.count()), shrunk = n / (n + 2);
  added.variance = std::max(added.variance, mean.variance * shrunk * shrunk);
  added.degrees = mean.degrees;
  return {mean.value, interval_of(added), uncertain(mean, clusters.sums.size())};
}

}  // namespace srl::analysis
