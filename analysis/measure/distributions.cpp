#include "analysis/measure/distributions.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace srl::analysis {

namespace distributions = boost::math;

double normal_cdf(double z) {
  return distributions::cdf(distributions::normal(), z);
}

double normal_quantile(double probability) {
  return distributions::quantile(distributions::normal(), probability);
}

double t_quantile(double probability, double degrees) {
  return distributions::quantile(distributions::students_t(degrees), probability);
}

double fair_coins_cdf(std::int64_t successes, std::int64_t trials) {
  const auto n = static_cast<double>(trials);
  return distributions::cdf(distributions::binomial(n, 0.5), static_cast<double>(successes));
}

}  // namespace srl::analysis
