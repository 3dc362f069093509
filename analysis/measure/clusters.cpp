#include "analysis/measure/clusters.hpp"

#include <cmath>
#include <numeric>

namespace srl::analysis {

Clusters clusters_of_values(const std::vector<double>& values, std::int64_t trials_per_value) {
  return {std::vector<double>(values.size(), 1.0),
          {values},
          std::ssize(values) * trials_per_value,
          trials_per_value == 1};
}

double mean_of(const Clusters& clusters, std::size_t measure) {
  const std::vector<double>& sums = clusters.sums[measure];
  const double questions = std::accumulate(clusters.sizes.begin(), clusters.sizes.end(), 0.0);
  return questions > 0 ? std::accumulate(sums.begin(), sums.end(), 0.0) / questions : 0;
}

std::vector<double> influences_of(const Clusters& clusters, std::size_t measure) {
  const double mean = mean_of(clusters, measure);
  const double questions = std::accumulate(clusters.sizes.begin(), clusters.sizes.end(), 0.0);
  const double size = questions / static_cast<double>(clusters.count());
  std::vector<double> influences(clusters.count());
  for (std::size_t c = 0; c < influences.size(); ++c) {
    influences[c] = (clusters.sums[measure][c] - clusters.sizes[c] * mean) / size;
  }
  return influences;
}

double standard_error(const std::vector<double>& influences) {
  const auto n = static_cast<double>(influences.size());
  if (n < 2) { return 0; }
  double squares = 0;
  for (const double value : influences) { squares += value * value; }
  return std::sqrt(squares / (n - 1) / n);
}

}  // namespace srl::analysis
