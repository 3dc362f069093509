#pragma once
// The distributions that intervals and tests need.
#include <cstdint>

namespace srl::analysis {

double normal_cdf(double z);
double normal_quantile(double probability);  ///< of 0 < probability < 1
double t_quantile(double probability, double degrees);
/// P(X <= successes) for `trials` fair coins.
double fair_coins_cdf(std::int64_t successes, std::int64_t trials);

}  // namespace srl::analysis
