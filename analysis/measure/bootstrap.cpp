#include "analysis/measure/bootstrap.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/measure/distributions.hpp"
#include "base/random.hpp"

namespace srl::analysis {
namespace {

/// The quantile of sorted values, interpolated between neighbours as in NumPy.
double quantile_of(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

double acceleration_of(const std::vector<double>& influences) {
  double squares = 0, cubes = 0;
  for (const double value : influences) {
    squares += value * value;
    cubes += value * value * value;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

/// One random word as an index below `count`.
std::size_t index_of(std::uint32_t word, std::size_t count) {
  return (std::uint64_t{word} * count) >> 32;
}

}  // namespace

std::size_t resamples_for(std::size_t clusters) {
  return std::clamp<std::size_t>(4000000 / std::max<std::size_t>(1, clusters), 2000, 10000);
}

std::vector<std::vector<double>> resampled_means(const Clusters& clusters, std::size_t resamples,
                                                 std::uint64_t seed, std::uint32_t stratum) {
  const std::size_t count = clusters.count(), measures = clusters.sums.size();
  std::vector<double> rows(count * measures);  // by cluster, so that a draw reads neighbours
  for (std::size_t c = 0; c < count; ++c) {
    for (std::size_t m = 0; m < measures; ++m) { rows[c * measures + m] = clusters.sums[m][c]; }
  }
  std::vector<std::vector<double>> means(measures, std::vector<double>(resamples));
  std::vector<double> sums(measures);
  for (std::size_t r = 0; r < resamples; ++r) {
    std::fill(sums.begin(), sums.end(), 0.0);
    double questions = 0;
    for (std::size_t c = 0; c < count; c += 4) {  // one block of the generator holds four draws
      const Philox block = random_words(seed, RandomStream::evaluation, r, 16 + stratum, c / 4);
      for (std::size_t i = 0; i < std::min<std::size_t>(4, count - c); ++i) {
        const std::size_t drawn = index_of(block.words[i], count);
        questions += clusters.sizes[drawn];
        for (std::size_t m = 0; m < measures; ++m) { sums[m] += rows[drawn * measures + m]; }
      }
    }
    for (std::size_t m = 0; m < measures; ++m) { means[m][r] = sums[m] / questions; }
  }
  return means;
}

double expanded_tail(double clusters) {
  if (clusters < 2) { return 0.025; }
  return normal_cdf(-std::sqrt(clusters / (clusters - 1)) * t_quantile(0.975, clusters - 1));
}

Interval bca_interval(std::vector<double> values, const BcaInput& input) {
  std::sort(values.begin(), values.end());
  const double slack =
      1e-12 * std::max(1.0, std::abs(input.estimate));  // sums in another order round differently
  if (values.back() - values.front() <= slack) { return {input.estimate, input.estimate}; }
  const auto below = std::lower_bound(values.begin(), values.end(), input.estimate - slack) - values.begin();
  const auto until = std::upper_bound(values.begin(), values.end(), input.estimate + slack) - values.begin();
  const auto count = static_cast<double>(values.size());
  const double share =
      std::clamp(static_cast<double>(below + until) / (2 * count), 0.5 / count, 1 - 0.5 / count);
  const double bias = normal_quantile(share), acceleration = acceleration_of(input.influences);
  const auto end = [&](double z) {
    const double shifted = bias + z;
    return quantile_of(values, normal_cdf(bias + shifted / (1 - acceleration * shifted)));
  };
  const double z = normal_quantile(input.tail);
  return {end(z), end(-z)};
}

}  // namespace srl::analysis
