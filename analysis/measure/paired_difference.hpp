#pragma once
// The difference of two models on the same questions.
#include "analysis/measure/clusters.hpp"
#include "analysis/measure/statistics.hpp"
#include "base/words.hpp"

namespace srl::analysis {

enum class PairedTest { mcnemar, sign_flip };
SRL_WORDS(PairedTest, "mcnemar", "sign_flip");

struct PairedDifference {
  double value = 0;           ///< mean of first - second over the questions
  double standard_error = 0;  ///< from the spread of the clusters
  Interval interval = {};     ///< 95%
  double p = 1;               ///< two-sided
  PairedTest test = PairedTest::sign_flip;
  /// The true difference that a test at the 5% level finds with a probability of 80%, given this spread.
  /// Above 1: this design could not have seen any.
  double smallest = 0;
};

/// A mean of differences with two more clusters, which keep its interval from having no width where few
/// clusters differ: Wald's interval after Agresti and Min 2005 ("Simple improved confidence intervals for
/// comparing matched proportions"), who add pairs with differences of 0 and squares of 1/2. The square here
/// is that of the clusters that differ, but at least 1 / the samples of a question: with 8 samples 1/2 would
/// be far too wide.
struct WithAdded {
  double centre = 0, variance = 0;  ///< of the mean
  double degrees = 1;
};
/// `influences`: those of the clusters on the mean. `square`: typical_square of their differences.
WithAdded with_added_clusters(double value, const std::vector<double>& influences, double square);
/// The mean square of the differences that are not 0, and at least `least`.
double typical_square(const std::vector<double>& differences, double least);

/// Of one measure; the least square is the questions / trials. Trials of 0: of similarities, without it.
WithAdded added_to(const Clusters& differences);
/// The 95% interval by Student's t, between -1 and 1.
Interval interval_of(const WithAdded& mean);

/// `differences` holds one measure: for each cluster the sum of first - second. Where each cluster is one
/// question with one completion per model, the test is McNemar's, exact; else signs of whole clusters are
/// flipped. The interval has added clusters; docs/method.md, "Intervals and comparisons" says why.
PairedDifference paired_difference(const Clusters& differences);

/// Only its interval.
Interval paired_difference_interval(const Clusters& differences);

/// Two-sided sign-flip test of whole clusters: exact for at most 16 that differ, else of 19,999 draws with
/// fixed seed, and the observed one.
double cluster_sign_flip(const std::vector<double>& differences, std::uint64_t seed = 0);

}  // namespace srl::analysis
