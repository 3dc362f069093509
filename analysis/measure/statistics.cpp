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

namespace {

constexpr double normal_95 = 1.959963984540054;

}  // namespace

Interval wilson_interval(std::int64_t successes, std::int64_t trials) {
  if (trials <= 0) { return {0, 1}; }
  const auto n = static_cast<double>(trials);
  return wilson_interval(static_cast<double>(successes) / n, n, normal_95);
}

Interval wilson_interval(double rate, double trials, double z) {
  const double square = z * z, centre = (rate + square / (2 * trials)) / (1 + square / trials);
  const double half =
      z * std::sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials)) / (1 + square / trials);
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval modified_wilson_interval(double rate, double trials) {
  constexpr double poisson_limits[] = {0.05129329438755053, 0.35536151069866195, 0.8176914471639534};  // 5%
  Interval interval = wilson_interval(rate, trials, normal_95);
  const double events = std::min(rate, 1 - rate) * trials;
  const std::int64_t count = std::llround(events);
  const bool whole = std::abs(events - static_cast<double>(count)) < 1e-9;
  if (!whole || count < 1 || count > (trials > 50 ? 3 : 2) || 10 * events > trials + 1e-9) {
    return interval;
  }
  const double limit = poisson_limits[count - 1] / trials;
  if (rate < 0.5) {
    interval.low = limit;
  } else {
    interval.high = 1 - limit;
  }
  return interval;
}

double sign_test(std::int64_t better, std::int64_t worse) {
  const std::int64_t n = better + worse;
  return n == 0 ? 1 : std::min(1.0, 2 * fair_coins_cdf(std::min(better, worse), n));
}

}  // namespace srl::analysis
