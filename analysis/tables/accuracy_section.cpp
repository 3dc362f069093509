// The tables of AccuracyTable.
#include <algorithm>

#include "analysis/machine/measures_json.hpp"
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/accuracy_tables.hpp"
#include "analysis/tables/benchmark_mean.hpp"
#include "analysis/tables/model_comparison.hpp"
#include "base/counted.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

Table comparison_table(const std::vector<ModelComparison>& rows) {
  Table table{{{"benchmark"},
               {"view"},
               {"difference"},
               {"of"},
               {"questions"},
               {"points", "", "95%"},
               {"p"},
               {"Holm"},
               {"smallest seen", "points"},
               {"verdict"}},
              {}};
  for (const ModelComparison& row : rows) {
    const PairedDifference& d = row.difference;
    table.rows.push_back(
        {row.benchmark, row.view, cat(row.first, " - ", row.second), row.greedy ? "greedy" : "avg",
         Count{row.questions}, Estimate{100 * d.value, {100 * d.interval.low, 100 * d.interval.high}, 1},
         PValue{d.p}, PValue{row.p_holm}, d.smallest > 1 ? Cell(Absent{}) : Cell(Number{100 * d.smallest, 1}),
         verdict_of(row)});
  }
  return table;
}

void add_comparisons(Section& section, const ModelComparisons& comparisons) {
  if (comparisons.rows.empty()) { return; }
  section.blocks.emplace_back(comparison_table(comparisons.rows));
  for (const ModelComparison& row : comparisons.rows) {
    if (row.left_out == 0) { continue; }
    section.blocks.emplace_back(
        Note{cat(row.first, " - ", row.second, ", ", row.benchmark, " ", row.greedy ? "greedy" : "avg", ": ",
                 counted(row.left_out, "question"), " that only one of them answered ",
                 row.left_out == 1 ? "is" : "are", " left out.")});
  }
  for (const std::string& group : comparisons.with_first_only) {
    section.blocks.emplace_back(
        Note{cat(group, ": there are more than 5 models; each is compared with the first one only.")});
  }
  section.blocks.emplace_back(Note{
      "Differences are on the same questions. p: McNemar's exact test for one completion per question, else "
      "signs of whole clusters flipped. Smallest seen: the true difference that such a test finds with a "
      "probability of 80%; none if even a difference of 100 points would not be found."});
}

}  // namespace

Section section_of(const AccuracyTable& accuracy) {
  const std::vector<AccuracyRow>& rows = accuracy.rows;
  const bool settings = differ_in_settings(rows);
  Section section{"Accuracy", {accuracy_table(shown(rows), settings)}, accuracy.warnings};
  const std::vector<BenchmarkMean> means = benchmark_means(rows);
  if (!means.empty()) { section.blocks.emplace_back(mean_table(means, settings)); }
  Table pass = pass_table(shown(rows), settings);
  if (!pass.rows.empty()) { section.blocks.emplace_back(std::move(pass)); }
  section.blocks.emplace_back(Note{
      "Intervals cover the choice of questions (view step: of solutions) and of samples. They do not cover "
      "another training with another seed, another prompt, or errors of the grader."});
  const ModelComparisons comparisons = compare_models(rows);
  add_comparisons(section, comparisons);
  section.measures = measures_json(rows, means, comparisons.rows);
  return section;
}

}  // namespace srl::analysis
