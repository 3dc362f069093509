#pragma once
// Values of questions that come in clusters: the steps of one solution, or the samples of one question.
// Several measures share the clusters, so that a resample draws the clusters once for all of them.
#include <cstdint>
#include <vector>

namespace srl::analysis {

/// Sums over the questions of each cluster. The mean of a measure is the sum of its sums / the sum of the
/// sizes.
struct Clusters {
  std::vector<double> sizes;              ///< questions of each cluster
  std::vector<std::vector<double>> sums;  ///< [measure][cluster]
  std::int64_t trials = 0;                ///< independent trials at most: all completions
  bool single = false;                    ///< each cluster is one question with one completion

  std::size_t count() const { return sizes.size(); }
};

/// One cluster per value, and one measure.
Clusters clusters_of_values(const std::vector<double>& values, std::int64_t trials_per_value = 1);

/// The mean of a measure over all questions.
double mean_of(const Clusters& clusters, std::size_t measure);

/// How much each cluster moves the mean: its sum minus size times mean, / the mean size. The variance of the
/// mean is that of these values / their number.
std::vector<double> influences_of(const Clusters& clusters, std::size_t measure);

/// The standard error of a mean, from the spread of the clusters: 0 for fewer than two.
double standard_error(const std::vector<double>& influences);

}  // namespace srl::analysis
