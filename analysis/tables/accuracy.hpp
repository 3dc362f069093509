#pragma once
// Converts records to rows per benchmark, model, view and settings: greedy accuracy and the average over
// samples, each with a 95% interval. A benchmark and a model are what their checksums say, not their names.
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/measure/statistics.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

struct Accuracy {
  std::int64_t questions = 0, completions = 0;
  double share = 0;  ///< share of correct answers; sampled: mean over questions of this share
  /// Greedy: Wilson; sampled: bootstrap over questions. View step: over solutions.
  Interval interval = {};
  bool present() const { return questions > 0; }
};

struct AccuracyRow {
  std::string model, benchmark, view;
  std::string settings = {};  ///< where they differ from those of other rows of the view; empty = nowhere
  Accuracy greedy, sampled;
  double samples_per_question = 0;
  double tokens_mean = 0, truncated_share = 0, no_answer_share = 0;
};

struct AccuracyTable {
  std::vector<AccuracyRow> rows;  ///< by benchmark, then in order of first appearance of the model
  /// Dropped duplicates, benchmarks with one name but different contents, uneven sets of questions.
  std::vector<std::string> warnings;
};

/// Takes the records of any number of files, in any order. Of records with the same model, benchmark, view,
/// settings, question and sample, the first counts; later ones are dropped and reported. A row never averages
/// different settings (the seed may differ): they get rows of their own.
AccuracyTable accuracy_of(const std::vector<evaluation::Record>& records);

/// The table of accuracies, in per cent.
Section section_of(const AccuracyTable& accuracy);

}  // namespace srl::analysis
