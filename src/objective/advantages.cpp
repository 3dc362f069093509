#include <algorithm>
#include <cmath>
#include <numeric>

#include "objective/objective.hpp"

namespace srl::objective {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values, std::int64_t ddof) {
  const double mean = mean_of(values),
               degrees = static_cast<double>(values.size()) - static_cast<double>(ddof);
  if (degrees <= 0) { return 0; }
  double sum = 0;
  for (double v : values) { sum += (v - mean) * (v - mean); }
  return std::sqrt(sum / degrees);
}

}  // namespace

std::vector<double> advantages(const std::vector<double>& rewards, const ObjectiveOptions& options) {
  if (rewards.empty()) { return {}; }
  const double mean = mean_of(rewards);
  const double scale = options.advantage == Advantage::by_deviation
                           ? deviation(rewards, options.ddof) + options.advantage_epsilon
                           : 1.0;
  std::vector<double> result(rewards.size(), 0.0);
  // Equal rewards give advantage 0. Without this case a small scale would amplify the rounding error of the
  // mean.
  if (std::all_of(rewards.begin(), rewards.end(), [&](double r) { return r == rewards.front(); })) {
    return result;
  }
  std::transform(rewards.begin(), rewards.end(), result.begin(),
                 [&](double r) { return (r - mean) / scale; });
  return result;
}

bool keeps_group(const std::vector<double>& rewards, const ObjectiveOptions& options) {
  return options.filter_groups == GroupFilter::off ||
         (!rewards.empty() && deviation(rewards, 0) > options.filter_std);
}

}  // namespace srl::objective
