#pragma once
// The difference of two models on the same questions.
#include "analysis/measure/clusters.hpp"
#include "analysis/measure/statistics.hpp"
#include "base/words.hpp"

namespace srl::analysis {

enum class PairedTest { mcnemar, sign_flip };
SRL_WORDS(PairedTest, "mcnemar", "sign_flip");

enum class DifferenceInterval { bca, adjusted };
SRL_WORDS(DifferenceInterval, "bca", "adjusted");

struct PairedDifference {
  double value = 0;           ///< mean of first - second over the questions
  double standard_error = 0;  ///< from the spread of the clusters
  Interval interval = {};     ///< 95%
  DifferenceInterval method = DifferenceInterval::bca;
  double p = 1;  ///< two-sided
  PairedTest test = PairedTest::sign_flip;
  /// The true difference that a test at the 5% level finds with a probability of 80%, given this spread.
  /// Above 1: this design could not have seen any.
  double smallest = 0;
};

/// `differences` holds one measure: for each cluster the sum of first - second. Where each cluster is one
/// question with one completion per model, the test is McNemar's, exact; else signs of whole clusters are
/// flipped. The interval is the paired BCa bootstrap over clusters; with few clusters, or few that differ,
/// Wald's interval with two more clusters of difference 0 and squares 1/2 (after Agresti and Min 2005).
PairedDifference paired_difference(const Clusters& differences);

/// Only its interval.
Interval paired_difference_interval(const Clusters& differences);

/// Two-sided sign-flip test of whole clusters: exact for at most 16 that differ, else of 19,999 draws with
/// fixed seed, and the observed one.
double cluster_sign_flip(const std::vector<double>& differences, std::uint64_t seed = 0);

}  // namespace srl::analysis
