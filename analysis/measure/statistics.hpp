#pragma once
// Intervals and tests for shares and means over questions.
#include <cstdint>
#include <vector>

namespace srl::analysis {

struct Interval {
  double low = 0, high = 0;
};

/// Wilson's score interval of a binomial share, 95% (Wilson 1927; z = 1.959963984540054). trials 0 → [0, 1].
Interval wilson_interval(std::int64_t successes, std::int64_t trials);
/// The same for any number of trials above 0 and any quantile.
Interval wilson_interval(double rate, double trials, double z);
/// The same, 95%, but next to one or two (above 50 trials: three) events that make up at most a tenth of the
/// trials, the limit is that of a Poisson count: Wilson's is too close to the rate there (Brown, Cai and
/// DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16, 2001, section 4.1.1).
/// Events are successes at a small rate, failures at a large one.
Interval modified_wilson_interval(double rate, double trials);

double mean(const std::vector<double>& values);

/// Exact two-sided sign test on pairs (McNemar): `better` and `worse` count the discordant pairs. 1 when
/// there are none.
double sign_test(std::int64_t better, std::int64_t worse);

}  // namespace srl::analysis
