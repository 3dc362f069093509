#include "analysis/measure/bootstrap.hpp"

#include <algorithm>
#include <array>
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

/// The clusters of one resample, with repetition.
void draw_clusters(std::vector<std::uint32_t>& drawn, std::uint64_t seed, std::uint64_t resample,
                   std::uint32_t stratum) {
  constexpr std::size_t lanes = 8;  // blocks of the generator side by side, for the compiler to vectorize
  const std::uint64_t count = drawn.size();
  for (std::size_t first = 0; first < count; first += 4 * lanes) {
    std::uint32_t words[4 * lanes];
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const Philox block =
          random_words(seed, RandomStream::evaluation, resample, 16 + stratum, first / 4 + lane);
      for (std::size_t i = 0; i < 4; ++i) { words[4 * lane + i] = block.words[i]; }
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(4 * lanes, count - first); ++i) {
      drawn[first + i] = static_cast<std::uint32_t>((words[i] * count) >> 32);
    }
  }
}

/// Columns are summed in groups that fit into registers: most of a report's time is spent here.
constexpr std::size_t in_parallel = 8;
using Row = std::array<double, in_parallel>;

Row sum_of(const std::vector<Row>& rows, const std::vector<std::uint32_t>& drawn) {
  Row sums{};
  for (const std::uint32_t c : drawn) {
    const Row& row = rows[c];
    for (std::size_t i = 0; i < in_parallel; ++i) { sums[i] += row[i]; }
  }
  return sums;
}

/// The columns sizes, sums[0], sums[1], … of all clusters: [group of columns][cluster].
std::vector<std::vector<Row>> grouped_columns(const Clusters& clusters) {
  const std::size_t columns = clusters.sums.size() + 1;
  std::vector<std::vector<Row>> groups((columns + in_parallel - 1) / in_parallel,
                                       std::vector<Row>(clusters.count()));
  for (std::size_t column = 0; column < columns; ++column) {
    const std::vector<double>& values = column == 0 ? clusters.sizes : clusters.sums[column - 1];
    for (std::size_t c = 0; c < values.size(); ++c) {
      groups[column / in_parallel][c][column % in_parallel] = values[c];
    }
  }
  return groups;
}

}  // namespace

std::size_t resamples_for(std::size_t clusters) {
  return std::clamp<std::size_t>(4000000 / std::max<std::size_t>(1, clusters), 2000, 10000);
}

std::vector<std::vector<double>> resampled_means(const Clusters& clusters, std::size_t resamples,
                                                 std::uint64_t seed, std::uint32_t stratum) {
  const std::size_t measures = clusters.sums.size();
  const std::vector<std::vector<Row>> groups = grouped_columns(clusters);
  std::vector<std::vector<double>> means(measures, std::vector<double>(resamples));
  std::vector<std::uint32_t> drawn(clusters.count());
  for (std::size_t r = 0; r < resamples; ++r) {
    draw_clusters(drawn, seed, r, stratum);
    double questions = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const Row sums = sum_of(groups[g], drawn);
      if (g == 0) { questions = sums[0]; }
      for (std::size_t column = std::max<std::size_t>(1, g * in_parallel);
           column < std::min(measures + 1, (g + 1) * in_parallel); ++column) {
        means[column - 1][r] = sums[column % in_parallel] / questions;
      }
    }
  }
  return means;
}

double acceleration_of(const std::vector<double>& influences) {
  double squares = 0, cubes = 0;
  for (const double value : influences) {
    squares += value * value;
    cubes += value * value * value;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
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
