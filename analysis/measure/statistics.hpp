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

double mean(const std::vector<double>& values);

/// Exact two-sided sign test on pairs (McNemar): `better` and `worse` count the discordant pairs. 1 when
/// there are none.
double sign_test(std::int64_t better, std::int64_t worse);

}  // namespace srl::analysis
