#include "analysis/measure/paired_tests.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "analysis/measure/statistics.hpp"
#include "base/error.hpp"

namespace srl::analysis {
namespace {

/// P(|T| <= |t|) for a whole number of degrees of freedom.
double inside_probability(double t, int degrees) {
  const double theta = std::atan(std::abs(t) / std::sqrt(degrees));
  const double cosine2 = std::cos(theta) * std::cos(theta);
  const bool odd = degrees % 2 == 1;
  double term = odd ? std::cos(theta) : 1.0, sum = degrees == 1 ? 0.0 : term;
  for (int k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= cosine2 * (k - 1) / k;
    sum += term;
  }
  if (!odd) { return std::sin(theta) * sum; }
  return 2 / std::numbers::pi * (theta + std::sin(theta) * sum);
}

}  // namespace

PairedT paired_t(const std::vector<double>& differences) {
  const std::size_t n = differences.size();
  if (n < 2) { return {}; }
  const double average = mean(differences);
  double squares = 0;
  for (double d : differences) { squares += (d - average) * (d - average); }
  const double error = std::sqrt(squares / (n - 1) / n);
  if (error == 0) { return {average == 0 ? 0 : std::copysign(INFINITY, average), average == 0 ? 1.0 : 0.0}; }
  const double t = average / error;
  return {t, std::max(0.0, 1 - inside_probability(t, static_cast<int>(n) - 1))};
}

double sign_flip_test(const std::vector<double>& differences) {
  const std::size_t n = differences.size();
  if (n == 0) { return 1; }
  if (n > 24) { throw Bug("the exact sign-flip test is for at most 24 pairs"); }
  const double observed = std::abs(std::accumulate(differences.begin(), differences.end(), 0.0));
  double scale = 0;
  for (double d : differences) { scale += std::abs(d); }
  const double slack = 1e-12 * scale;  // sums that differ only by rounding count as equal
  std::int64_t extreme = 0;
  for (std::uint32_t signs = 0; signs < (std::uint32_t{1} << n); ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) { sum += (signs >> i) & 1 ? -differences[i] : differences[i]; }
    extreme += std::abs(sum) >= observed - slack;
  }
  return 1.0 * extreme / (std::uint32_t{1} << n);
}

std::vector<double> holm(const std::vector<double>& p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, (order.size() - i) * p_values[order[i]]));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace srl::analysis
