#pragma once
// Tests on paired differences (one per seed), and the correction for multiple tests.
#include <vector>

namespace srl::analysis {

struct PairedT {
  double t = 0, p = 1;  ///< two-sided; all differences equal: p = 1 when they are 0, else 0
};
/// Student's t-test of the mean difference, n - 1 degrees of freedom. The tail is the finite sum for whole
/// degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4). Fewer than two differences: t = 0, p = 1.
PairedT paired_t(const std::vector<double>& differences);

/// Two-sided sign-flip (randomisation) test: the share of the 2^n sign assignments for which |sum| is at
/// least the observed one. Exact, for at most 24 differences; Bug for more. No differences: 1.
double sign_flip_test(const std::vector<double>& differences);

/// Holm's step-down adjusted p-values (Holm 1979), in the order given.
std::vector<double> holm(const std::vector<double>& p_values);

}  // namespace srl::analysis
