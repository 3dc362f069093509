#include "analysis/measure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/measure/distributions.hpp"

namespace srl::analysis {

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

double sign_test(std::int64_t better, std::int64_t worse) {
  const std::int64_t n = better + worse;
  return n == 0 ? 1 : std::min(1.0, 2 * fair_coins_cdf(std::min(better, worse), n));
}

}  // namespace srl::analysis
