#include "analysis/measure/paired_difference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "analysis/measure/distributions.hpp"
#include "analysis/measure/paired_tests.hpp"
#include "base/random.hpp"

namespace srl::analysis {
namespace {

constexpr std::uint32_t flip_level = 5;  // separates these draws from those of intervals

double square_of(const Clusters& differences) {
  const double questions = std::accumulate(differences.sizes.begin(), differences.sizes.end(), 0.0);
  const double size = questions / static_cast<double>(differences.count());
  std::vector<double> values = differences.sums[0];
  for (double& value : values) { value /= size; }
  const auto trials = static_cast<double>(differences.trials);
  // The questions of a cluster may all depend on each other, so they do not make this smaller.
  return typical_square(values, trials > 0 ? questions / std::max(questions, trials) : 0);
}

/// All but the test.
PairedDifference interval_part(const Clusters& differences) {
  PairedDifference result;
  result.value = mean_of(differences, 0);
  result.standard_error = standard_error(influences_of(differences, 0));
  const WithAdded wider = added_to(differences);
  result.interval = interval_of(wider);
  result.smallest = (normal_quantile(0.975) + normal_quantile(0.8)) *
                    std::max(result.standard_error, std::sqrt(wider.variance));
  return result;
}

/// The sums of eight values with all combinations of signs; a set bit is a plus.
using SignSums = std::array<double, 256>;

/// For values 0 to 7, 8 to 15, and so on.
std::vector<SignSums> sums_of_signs(const std::vector<double>& values) {
  std::vector<SignSums> sums((values.size() + 7) / 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t signs = 0; signs < 256; ++signs) {
      sums[i / 8][signs] += (signs >> (i % 8)) & 1 ? values[i] : -values[i];
    }
  }
  return sums;
}

}  // namespace

double typical_square(const std::vector<double>& differences, double least) {
  double differing = 0, squares = 0;
  for (const double difference : differences) {
    differing += difference != 0;
    squares += difference * difference;
  }
  return std::max(least, differing > 0 ? squares / differing : 0);
}

WithAdded with_added_clusters(double value, const std::vector<double>& influences, double square) {
  constexpr double added = 2;
  const auto n = static_cast<double>(influences.size());
  double squares = added / 2 * square;
  for (const double influence : influences) { squares += influence * influence; }
  const double all = n + added, shifted = n * added / all * value * value;
  return {value * n / all, (squares + shifted) / (all * all), all - 1};
}

WithAdded added_to(const Clusters& differences) {
  return with_added_clusters(mean_of(differences, 0), influences_of(differences, 0), square_of(differences));
}

Interval interval_of(const WithAdded& mean) {
  const double half = t_quantile(0.975, mean.degrees) * std::sqrt(mean.variance);
  return {std::max(-1.0, mean.centre - half), std::min(1.0, mean.centre + half)};
}

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
  const std::vector<SignSums> sums = sums_of_signs(values);
  std::int64_t extreme = 1;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    double sum = 0;
    for (std::size_t first = 0; first < sums.size(); first += 16) {  // a block of the generator has 16 bytes
      const Philox block = random_words(seed, RandomStream::evaluation, draw, flip_level, first / 16);
      for (std::size_t i = first; i < std::min(first + 16, sums.size()); ++i) {
        sum += sums[i][(block.words[(i - first) / 4] >> (8 * (i % 4))) & 255];
      }
    }
    extreme += std::abs(sum) >= least;
  }
  return static_cast<double>(extreme) / (draws + 1);
}

Interval paired_difference_interval(const Clusters& differences) {
  return interval_part(differences).interval;
}

PairedDifference paired_difference(const Clusters& differences) {
  PairedDifference result = interval_part(differences);
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
