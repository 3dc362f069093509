#pragma once
// A study: several training methods (rows), each with several seeds, evaluated on the same questions. Gives
// one table in the form of the paper's, with intervals over seeds and questions, and tests between rows that
// are paired by seed.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/measure/statistics.hpp"
#include "analysis/tables/grouping.hpp"

namespace srl::analysis {

/// One column of the table: values[seed name][question] is a share of correct samples, 1 or 0 for a greedy
/// answer, or a similarity.
struct Measure {
  std::map<std::string, std::map<QuestionKey, double>> values;
  std::int64_t samples = 1;  ///< of a question
  bool rate = true;          ///< else a similarity
};

struct StudyRow {
  std::string name;
  /// By column name: "stepwise greedy", "stepwise avg@8", "step similarity", "aime24 whole avg@8", …
  std::map<std::string, Measure> measures;
  std::int64_t seeds = 0;
  std::int64_t rollouts = 0, tokens = 0, groups = 0, rewarded_groups = 0;  ///< of training, mean over seeds
};

struct Comparison {
  std::string better, worse, column;  ///< compared rows and column
  double difference = 0;              ///< mean over the seeds that both rows have
  Interval interval = {};             ///< of the difference, over seeds and questions
  bool uncertain = false;             ///< the interval: SeededMean
  std::int64_t seeds = 0;
  std::int64_t questions = 0, left_out = 0;  ///< common to both rows and all these seeds; in only some
  double t_p = 1, flip_p = 1;                ///< two-sided
  double t_holm = 1, flip_holm = 1;          ///< corrected over the comparisons of the table
};

struct Study {
  std::vector<std::string> columns;
  std::vector<StudyRow> rows;
  std::vector<Comparison> comparisons;
  std::vector<std::string> warnings;  ///< unfinished, torn, doubled or missing records
};

using SeeRecord = std::function<void(const evaluation::Record&)>;

/// Reads FOLDER/results/ROW/SEED/…/records_*.jsonl and FOLDER/runs/ROW/SEED/…/metrics.jsonl. `rows`: order of
/// the rows (rows without records are left out); empty = all, by name. `compare`: pairs "ROW>ROW", each
/// tested on `column`, on the questions that both rows answered. BadInput when there are no records, when a
/// cell would average several models or settings, or when two compared rows have no question in common;
/// BadOption when a comparison names an unknown row or column.
/// `seen` gets every record of these rows, so that nothing has to read them again.
Study read_study(const std::filesystem::path& folder, const std::vector<std::string>& rows,
                 const std::vector<std::string>& compare, const std::string& column,
                 const SeeRecord& seen = {});

/// One line per row of the study; shares in per cent with their 95% interval.
Table table_of(const Study& study);
/// The same table, and the comparisons.
Section section_of(const Study& study);

}  // namespace srl::analysis
