#include "job/gain.hpp"

#include <cmath>
#include <numeric>

namespace srl::job {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance_of_mean(std::span<const double> values) {
  const double mean = mean_of(values), n = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) { squares += (value - mean) * (value - mean); }
  return squares / (n - 1) / n;
}

}  // namespace

std::optional<Gain> gain_of(std::span<const double> values) {
  if (values.size() < 2 * Gain::window) { return std::nullopt; }
  const auto first = values.first(Gain::window), last = values.last(Gain::window);
  Gain gain{.first = mean_of(first), .last = mean_of(last)};
  // Student's t, 97.5%, at the fewest degrees of freedom that Welch's test can have with ten values a side.
  const double half = 2.262 * std::sqrt(variance_of_mean(first) + variance_of_mean(last));
  gain.low = gain.value() - half;
  gain.high = gain.value() + half;
  return gain;
}

}  // namespace srl::job
