#include "analysis/measure/paired_difference.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/measure/bootstrap.hpp"
#include "analysis/measure/distributions.hpp"
#include "analysis/measure/paired_tests.hpp"
#include "base/random.hpp"

namespace srl::analysis {
namespace {

constexpr double least_clusters = 10, least_differing = 8;
constexpr std::uint32_t flip_level = 5;  // separates these draws from those of intervals

/// A mean with a few clusters added that keep its interval from having no width.
struct Adjusted {
  double centre = 0, error = 0, degrees = 1;
};

Adjusted adjusted(const Clusters& differences) {
  const auto n = static_cast<double>(differences.count());
  const double size = [&] {
    double questions = 0;
    for (const double one : differences.sizes) { questions += one; }
    return questions / n;
  }();
  double sum = 0, squares = 1;
  for (const double value : differences.sums[0]) {
    sum += value / size;
    squares += value * value / (size * size);
  }
  const double centre = sum / (n + 2);
  return {centre, std::sqrt(std::max(0.0, squares / (n + 2) - centre * centre) / (n + 2)), n + 1};
}

double effective_differing(const std::vector<double>& values) {
  double sum = 0, squares = 0;
  for (const double value : values) {
    sum += std::abs(value);
    squares += value * value;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

/// All but the test.
PairedDifference interval_of(const Clusters& differences) {
  PairedDifference result;
  const std::vector<double>& values = differences.sums[0];
  const auto n = static_cast<double>(values.size());
  const auto influences = influences_of(differences, 0);
  result.value = mean_of(differences, 0);
  result.standard_error = standard_error(influences);
  double error = result.standard_error;
  if (n >= least_clusters && effective_differing(values) >= least_differing) {
    auto means = resampled_means(differences, resamples_for(values.size()));
    result.interval = bca_interval(std::move(means[0]), {result.value, influences, expanded_tail(n)});
  } else {
    const Adjusted wider = adjusted(differences);
    const double half = t_quantile(0.975, wider.degrees) * wider.error;
    result.method = DifferenceInterval::adjusted;
    result.interval = {std::max(-1.0, wider.centre - half), std::min(1.0, wider.centre + half)};
    error = std::max(error, wider.error);
  }
  result.smallest = (normal_quantile(0.975) + normal_quantile(0.8)) * error;
  return result;
}

}  // namespace

double cluster_sign_flip(const std::vector<double>& differences, std::uint64_t seed) {
  std::vector<double> values;
  double observed = 0, scale = 0;
  for (const double value : differences) {
    if (value == 0) { continue; }
    values.push_back(value);
    observed += value;
    scale += std::abs(value);
  }
  if (values.size() <= 16) { return sign_flip_test(values); }
  constexpr std::uint64_t draws = 19999;
  const double least =
      std::abs(observed) - 1e-12 * scale;  // sums that differ only by rounding count as equal
  std::int64_t extreme = 1;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    double sum = 0;
    for (std::size_t first = 0; first < values.size();
         first += 128) {  // a block of the generator has 128 signs
      const Philox block = random_words(seed, RandomStream::evaluation, draw, flip_level, first / 128);
      for (std::size_t i = first; i < std::min(first + 128, values.size()); ++i) {
        sum += (block.words[(i - first) / 32] >> (i % 32)) & 1 ? values[i] : -values[i];
      }
    }
    extreme += std::abs(sum) >= least;
  }
  return static_cast<double>(extreme) / (draws + 1);
}

Interval paired_difference_interval(const Clusters& differences) {
  return interval_of(differences).interval;
}

PairedDifference paired_difference(const Clusters& differences) {
  PairedDifference result = interval_of(differences);
  const std::vector<double>& values = differences.sums[0];
  if (!differences.single) {
    result.p = cluster_sign_flip(values);
    return result;
  }
  result.test = PairedTest::mcnemar;
  const auto better = std::count_if(values.begin(), values.end(), [](double d) { return d > 0; });
  const auto worse = std::count_if(values.begin(), values.end(), [](double d) { return d < 0; });
  result.p = sign_test(better, worse);
  // Fewer than 6 discordant pairs are never significant.
  result.smallest = std::max(result.smallest, 6 / static_cast<double>(values.size()));
  return result;
}

}  // namespace srl::analysis
