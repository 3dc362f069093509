#pragma once
// A study: several ways of training (rows), each from several seeds, answered the same questions. One table
// in the layout of the paper's, with intervals over seeds and questions, and tests between rows paired by
// seed.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "analysis/measure/statistics.hpp"
#include "analysis/options.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

/// One column of the table, values[seed name][question]: a share of right samples, of right greedy answers,
/// or a similarity.
struct Measure {
  std::map<std::string, std::map<std::int64_t, double>> values;
};

struct StudyRow {
  std::string name;
  std::map<std::string, Measure>
      measures;  ///< by column name: "stepwise greedy", "stepwise avg@8", "step similarity", …
  std::int64_t seeds = 0, rollouts = 0, tokens = 0, groups = 0,
               rewarded_groups = 0;  ///< of training, mean over seeds
};

struct Comparison {
  std::string better, worse, column;  ///< rows and column compared
  double difference = 0;              ///< mean over the seeds that both rows have
  std::int64_t seeds = 0;
  double t_p = 1, flip_p = 1, t_holm = 1,
         flip_holm = 1;  ///< two-sided; corrected over the comparisons of the table
};

struct Study {
  std::vector<std::string> columns;
  std::vector<StudyRow> rows;
  std::vector<Comparison> comparisons;
  std::vector<std::string> warnings;
};

/// FOLDER/results/ROW/SEED/…/records_*.jsonl and FOLDER/runs/ROW/SEED/…/metrics.jsonl. `rows`: order of the
/// rows (those without records are left out); empty = all, by name. `compare`: "ROW>ROW" words, tested on
/// `column`. BadInput when there are no records; BadOption for a comparison that names no row or column.
Study read_study(const std::filesystem::path& folder, const std::vector<std::string>& rows,
                 const std::vector<std::string>& compare, const std::string& column);

/// format: "text", "markdown", "csv". Shares in per cent with their 95% interval.
std::string render(const Study& study, ReportFormat format);

}  // namespace srl::analysis
