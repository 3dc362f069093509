#pragma once
// Converts records to one row per (model, benchmark, view): greedy accuracy and the average over samples,
// each with a 95% interval.
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/measure/statistics.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

struct Accuracy {
  std::int64_t questions = 0, completions = 0;
  double share = 0;   ///< share of correct answers; sampled: mean over questions of this share
  Interval interval;  ///< greedy: Wilson; sampled: bootstrap over questions
  bool present() const { return questions > 0; }
};

struct AccuracyRow {
  std::string model, benchmark, view;
  Accuracy greedy, sampled;
  double samples_per_question = 0;
  double tokens_mean = 0, truncated_share = 0, no_answer_share = 0;
};

struct AccuracyTable {
  std::vector<AccuracyRow> rows;  ///< by benchmark, then in order of first appearance of the model
  /// Dropped duplicates, benchmarks with one name but different contents, uneven sets of questions, mixed
  /// settings.
  std::vector<std::string> warnings;
};

/// Takes the records of any number of files, in any order. Of records with the same model, benchmark, view,
/// settings, question and sample, the first counts; later ones are dropped and reported.
AccuracyTable accuracy_of(const std::vector<evaluation::Record>& records);

/// The table of accuracies, in per cent.
Section section_of(const AccuracyTable& accuracy);

}  // namespace srl::analysis
