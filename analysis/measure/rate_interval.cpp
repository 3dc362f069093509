#include "analysis/measure/rate_interval.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/measure/bootstrap.hpp"
#include "analysis/measure/distributions.hpp"

namespace srl::analysis {
namespace {

constexpr double least_clusters = 10, least_events = 8;

/// Sums over the benchmarks of one measure's variance, which give its degrees of freedom.
struct Spread {
  double rate = 0, variance = 0;
  double pulled = 0;                   ///< variance, pulled towards fully dependent clusters
  double dependent = 0;                ///< variance for a rate of 1/2 if each cluster were one trial, times 4
  double resampled = 0, freedoms = 0;  ///< variance of resamples; sum of variance^2 / degrees
  double trials = 0, clusters = 0;
  std::int64_t benchmarks = 0;
  bool agree = true;  ///< in each cluster, all values are 0 or all are 1
  std::vector<double> influences = {};

  double degrees() const { return freedoms > 0 ? variance * variance / freedoms : clusters - 1; }
};

/// Clusters whose values differ from what all of them would be at a rate of 0, or of 1: the smaller number.
double informative_clusters(const Clusters& clusters, std::size_t measure) {
  std::int64_t above = 0, below = 0;
  for (std::size_t c = 0; c < clusters.count(); ++c) {
    above += clusters.sums[measure][c] > 0;
    below += clusters.sums[measure][c] < clusters.sizes[c];
  }
  return static_cast<double>(std::min(above, below));
}

bool agree_within(const Clusters& clusters, std::size_t measure) {
  for (std::size_t c = 0; c < clusters.count(); ++c) {
    const double sum = clusters.sums[measure][c];
    if (sum != 0 && sum != clusters.sizes[c]) { return false; }
  }
  return true;
}

void add(Spread& spread, const Clusters& clusters, std::size_t measure, double weight) {
  const auto n = static_cast<double>(clusters.count());
  const double rate = mean_of(clusters, measure);
  std::vector<double> influences = influences_of(clusters, measure);
  const double variance = standard_error(influences) * standard_error(influences);
  double squares = 0, questions = 0;
  for (const double size : clusters.sizes) {
    squares += size * size;
    questions += size;
  }
  const double dependent = squares / (questions * questions);  // 1 / n for clusters of one size
  const double informative = informative_clusters(clusters, measure);
  const double square = weight * weight;
  spread.rate += weight * rate;
  spread.variance += square * variance;
  spread.pulled += square * (informative * variance + dependent * rate * (1 - rate)) / (informative + 1);
  spread.dependent += square * dependent;
  spread.resampled += square * variance * (n - 1) / n;
  if (n > 1) { spread.freedoms += square * square * variance * variance / (n - 1); }
  spread.trials += square / static_cast<double>(std::max<std::int64_t>(1, clusters.trials));
  spread.clusters += n;
  spread.agree = spread.agree && agree_within(clusters, measure);
  ++spread.benchmarks;
  for (double& value : influences) { value *= weight / n; }
  spread.influences.insert(spread.influences.end(), influences.begin(), influences.end());
}

double bca_tail(const Spread& spread) {
  const double widening = spread.resampled > 0 ? std::sqrt(spread.variance / spread.resampled) : 1;
  return normal_cdf(-widening * t_quantile(0.975, spread.degrees()));
}

/// `resampled` gives the resampled means of a measure; it is called only where they are needed.
template <class Resampled>
Estimated estimated(const Spread& spread, const Resampled& resampled) {
  Estimated result{spread.rate, std::sqrt(spread.variance)};
  const double normal = normal_quantile(0.975), most = 1 / spread.trials;
  const double product = spread.rate * (1 - spread.rate);
  const bool certain = product <= 1e-15;
  const double effective = certain ? 1 / spread.dependent : std::min(most, product / spread.pulled);
  if (spread.agree && (spread.benchmarks == 1 || spread.variance == 0)) {
    result.method = IntervalMethod::wilson;
    result.interval = modified_wilson_interval(spread.rate, 1 / spread.dependent);
  } else if (spread.clusters >= least_clusters && product / spread.pulled <= most &&
             effective * std::min(spread.rate, 1 - spread.rate) >= least_events) {
    result.interval = bca_interval(resampled(), {spread.rate, spread.influences, bca_tail(spread)});
  } else {
    result.method = IntervalMethod::score;
    const double z =
        certain || spread.variance == 0 ? normal : t_quantile(0.975, std::max(1.0, spread.degrees()));
    result.interval = wilson_interval(spread.rate, effective, z);
  }
  return result;
}

}  // namespace

std::vector<Estimated> rates_of(const Clusters& clusters, std::size_t most_resamples) {
  return mean_rates_of({clusters}, most_resamples);
}

std::vector<Estimated> mean_rates_of(const std::vector<Clusters>& benchmarks, std::size_t most_resamples) {
  const double weight = 1 / static_cast<double>(benchmarks.size());
  std::size_t resamples = most_resamples;
  for (const Clusters& clusters : benchmarks) {
    resamples = std::min(resamples, resamples_for(clusters.count()));
  }
  std::vector<std::vector<double>> means;  // by measure; drawn once, where a measure needs them
  const auto draw = [&] {
    for (std::size_t b = 0; b < benchmarks.size(); ++b) {
      const auto drawn = resampled_means(benchmarks[b], resamples, 0, static_cast<std::uint32_t>(b));
      means.resize(drawn.size(), std::vector<double>(resamples, 0.0));
      for (std::size_t m = 0; m < drawn.size(); ++m) {
        for (std::size_t r = 0; r < resamples; ++r) { means[m][r] += weight * drawn[m][r]; }
      }
    }
  };
  std::vector<Estimated> rates;
  for (std::size_t m = 0; m < benchmarks.front().sums.size(); ++m) {
    Spread spread;
    for (const Clusters& clusters : benchmarks) { add(spread, clusters, m, weight); }
    rates.push_back(estimated(spread, [&]() -> const std::vector<double>& {
      if (means.empty()) { draw(); }
      return means[m];
    }));
  }
  return rates;
}

Interval score_interval(const Clusters& clusters, double variance, double degrees) {
  Spread spread;
  add(spread, clusters, 0, 1);
  const double product = spread.rate * (1 - spread.rate);
  if (product <= 1e-15) { return wilson_interval(spread.rate, 1 / spread.dependent, normal_quantile(0.975)); }
  const double informative = informative_clusters(clusters, 0);
  const double pulled = (informative * variance + spread.dependent * product) / (informative + 1);
  return wilson_interval(spread.rate, std::min(1 / spread.trials, product / pulled),
                         t_quantile(0.975, degrees));
}

std::vector<Estimated> means_of(const Clusters& clusters, std::size_t most_resamples) {
  std::vector<Estimated> means;
  const auto resampled = resampled_means(clusters, std::min(most_resamples, resamples_for(clusters.count())));
  for (std::size_t m = 0; m < resampled.size(); ++m) {
    const auto influences = influences_of(clusters, m);
    const double value = mean_of(clusters, m);
    const double tail = expanded_tail(static_cast<double>(clusters.count()));
    means.push_back(
        {value, standard_error(influences), bca_interval(resampled[m], {value, influences, tail})});
  }
  return means;
}

}  // namespace srl::analysis
