#include "analysis/measure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/measure/distributions.hpp"
#include "base/random.hpp"

namespace srl::analysis {

Interval central_95(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double q) { return values[std::lround(q * (values.size() - 1))]; };
  return {quantile(0.025), quantile(0.975)};
}

double mean(const std::vector<double>& values) {
  if (values.empty()) { return 0; }
  return std::accumulate(values.begin(), values.end(), 0.0) / values.size();
}

Interval wilson_interval(std::int64_t successes, std::int64_t trials) {
  if (trials <= 0) { return {0, 1}; }
  const double z = 1.959963984540054, n = trials, p = successes / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval hierarchical_interval(const std::vector<std::vector<double>>& values,
                               const std::vector<std::size_t>& sizes, std::int64_t resamples,
                               std::uint64_t seed) {
  const std::size_t seeds = values.size();
  if (seeds == 0 || values[0].empty()) { return {0, 0}; }
  const std::vector<std::size_t> lengths =
      sizes.empty() ? std::vector<std::size_t>(values[0].size(), 1) : sizes;
  const auto pick = [&](std::size_t resample, std::uint32_t level, std::size_t i, std::size_t count) {
    const double u = random_uniform(seed, RandomStream::evaluation, resample, level, i);
    return std::min<std::size_t>(count - 1, u * count);
  };
  std::vector<double> means(resamples), times(lengths.size()), weights;
  for (std::size_t r = 0; r < means.size(); ++r) {
    std::fill(times.begin(), times.end(), 0.0);  // how often each cluster is drawn
    for (std::size_t c = 0; c < times.size(); ++c) { times[pick(r, 2, c, times.size())] += 1; }
    weights.clear();  // the same for each question
    for (std::size_t c = 0; c < times.size(); ++c) { weights.insert(weights.end(), lengths[c], times[c]); }
    const double questions = std::accumulate(weights.begin(), weights.end(), 0.0);
    double sum = 0;
    for (std::size_t s = 0; s < seeds; ++s) {
      const std::vector<double>& chosen = values[pick(r, 1, s, seeds)];
      sum += std::inner_product(chosen.begin(), chosen.end(), weights.begin(), 0.0);
    }
    means[r] = sum / (seeds * questions);
  }
  return central_95(std::move(means));
}

double sign_test(std::int64_t better, std::int64_t worse) {
  const std::int64_t n = better + worse;
  return n == 0 ? 1 : std::min(1.0, 2 * fair_coins_cdf(std::min(better, worse), n));
}

}  // namespace srl::analysis
