#pragma once
// Records → one row a (model, benchmark, view): greedy accuracy and the average over samples, each with a 95%
// interval.
#include <string>
#include <vector>

#include "analysis/measure/statistics.hpp"
#include "analysis/options.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

struct Cell {
  std::int64_t questions = 0, answers = 0;
  double accuracy = 0;  ///< share correct; mean over questions of their share of correct samples
  Interval interval;    ///< greedy: Wilson; sampled: bootstrap over questions
  bool present() const { return questions > 0; }
};

struct Row {
  std::string model, benchmark, view;
  Cell greedy, sampled;
  double samples_per_question = 0;
  double tokens_mean = 0, truncated_share = 0, no_answer_share = 0;
};

struct Table {
  std::vector<Row> rows;  ///< by benchmark, then in order of first appearance of the model
  std::vector<std::string>
      warnings;  ///< duplicates dropped, benchmarks of one name with different content, uneven question sets
};

/// Records of any number of files, in any order. The first of two records of the same (model, benchmark,
/// view, settings, question, sample) counts; later ones are dropped and reported.
Table make_table(const std::vector<evaluation::Record>& records);

/// format: "text" (aligned for a terminal), "markdown", "csv". Accuracies in per cent.
std::string render(const Table& table, ReportFormat format);

}  // namespace srl::analysis
