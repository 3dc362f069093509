#pragma once
// Differences between models on the same questions of one benchmark.
#include <string>
#include <vector>

#include "analysis/measure/paired_difference.hpp"
#include "analysis/tables/accuracy.hpp"

namespace srl::analysis {

struct ModelComparison {
  std::string benchmark, view, settings;
  std::string first, second;   ///< models; the difference is first - second
  bool greedy = false;         ///< else the mean of the samples
  std::int64_t questions = 0;  ///< that both answered
  std::int64_t left_out = 0;   ///< that only one answered
  std::int64_t clusters = 0;   ///< solutions in view step, else questions
  PairedDifference difference = {};
  double p_holm = 1;  ///< corrected over all comparisons of the table
};

struct ModelComparisons {
  std::vector<ModelComparison> rows;
  /// Benchmark, view and settings with more than five models: each of their models is compared with the first
  /// only.
  std::vector<std::string> with_first_only;
};

/// Compares the models of each benchmark, view and settings in pairs, greedy completions and samples
/// separately. Models without common questions are not compared.
ModelComparisons compare_models(const std::vector<AccuracyRow>& rows);

/// "cannot be told apart with this many questions", or which model is better.
std::string verdict_of(const ModelComparison& comparison);

}  // namespace srl::analysis
