// The tables of AccuracyTable.
#include <algorithm>
#include <set>

#include "analysis/machine/measures_json.hpp"
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/benchmark_mean.hpp"
#include "analysis/tables/model_comparison.hpp"
#include "base/counted.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

Cell percent(std::int64_t part, std::int64_t whole) {
  return Number{100 * static_cast<double>(part) / static_cast<double>(whole), 1};
}

Cell percent(const Estimated& rate) {
  return Estimate{100 * rate.value, {100 * rate.interval.low, 100 * rate.interval.high}, 1};
}

/// Adds the columns that name a row.
void name_columns(Table& table, bool settings) {
  table.columns = {{"benchmark"}, {"model"}, {"view"}};
  if (settings) { table.columns.push_back({"settings"}); }
}

std::vector<Cell> named(const std::string& benchmark, const std::string& model, const std::string& view,
                        const std::string& settings, bool show_settings) {
  std::vector<Cell> cells{benchmark, model, view};
  if (show_settings) { cells.emplace_back(settings); }
  return cells;
}

/// Per question: a whole number unless the questions have different numbers.
Cell samples_cell(const Measures& measures) {
  if (measures.fewest_samples == measures.most_samples) { return Count{measures.most_samples}; }
  return Number{static_cast<double>(measures.completions) / static_cast<double>(measures.questions.size()),
                1};
}

Table accuracy_table(const std::vector<AccuracyRow>& rows, bool settings) {
  const bool sampled =
      std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.sampled.present(); });
  Table table;
  name_columns(table, settings);
  table.columns.insert(table.columns.end(), {{"questions"}, {"greedy", "%", "95%"}});
  if (sampled) {
    table.columns.insert(table.columns.end(), {{"samples"}, {"avg", "%", "95%"}, {"maj", "%", "95%"}});
  }
  table.columns.insert(table.columns.end(),
                       {{"tokens"}, {"tokens in all"}, {"truncated", "%"}, {"no answer", "%"}});
  for (const AccuracyRow& row : rows) {
    std::vector<Cell>& cells =
        table.rows.emplace_back(named(row.benchmark, row.model, row.view, row.settings, settings));
    cells.emplace_back(Count{row.questions()});
    cells.push_back(row.greedy.present() ? percent(row.greedy.accuracy) : Absent{});
    if (sampled && row.sampled.present()) {
      cells.insert(cells.end(),
                   {samples_cell(row.sampled), percent(row.sampled.accuracy), percent(row.sampled.majority)});
    } else if (sampled) {
      cells.insert(cells.end(), {Absent{}, Absent{}, Absent{}});
    }
    const std::int64_t all = row.completions();
    cells.insert(cells.end(),
                 {Number{static_cast<double>(row.tokens()) / static_cast<double>(all), 0},
                  Count{row.tokens()}, percent(row.greedy.truncated + row.sampled.truncated, all),
                  percent(row.greedy.without_answer + row.sampled.without_answer, all)});
  }
  return table;
}

/// Powers of two up to n, and n.
std::set<std::int64_t> shown_k(std::int64_t n) {
  std::set<std::int64_t> shown;
  for (std::int64_t k = 1; k <= n; k *= 2) { shown.insert(k); }
  if (n > 0) { shown.insert(n); }
  return shown;
}

Table pass_table(const std::vector<AccuracyRow>& rows, bool settings) {
  std::set<std::int64_t> columns;
  for (const AccuracyRow& row : rows) { columns.merge(shown_k(row.sampled.fewest_samples)); }
  Table table;
  name_columns(table, settings);
  for (const std::int64_t k : columns) { table.columns.push_back({cat("pass@", k), "%", "95%"}); }
  for (const AccuracyRow& row : rows) {
    if (row.sampled.fewest_samples < 2) { continue; }
    std::vector<Cell>& cells =
        table.rows.emplace_back(named(row.benchmark, row.model, row.view, row.settings, settings));
    for (const std::int64_t k : columns) {
      const bool has = k <= row.sampled.fewest_samples;
      cells.push_back(has ? percent(row.sampled.pass[static_cast<std::size_t>(k - 1)]) : Absent{});
    }
  }
  return table;
}

Table mean_table(const std::vector<BenchmarkMean>& means, bool settings) {
  Table table;
  name_columns(table, settings);
  table.columns[0] = {"mean over"};
  table.columns.insert(table.columns.end(),
                       {{"greedy", "%", "95%"}, {"avg", "%", "95%"}, {"maj", "%", "95%"}});
  for (const BenchmarkMean& mean : means) {
    std::vector<Cell>& cells = table.rows.emplace_back(
        named(cat(mean.benchmarks.size(), " benchmarks"), mean.model, mean.view, mean.settings, settings));
    cells.push_back(mean.greedy.empty() ? Absent{} : percent(mean.greedy[0]));
    cells.push_back(mean.sampled.empty() ? Absent{} : percent(mean.sampled[0]));
    cells.push_back(mean.sampled.empty() ? Absent{} : percent(mean.sampled[1]));
  }
  return table;
}

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
    table.rows.push_back({row.benchmark, row.view, cat(row.first, " - ", row.second),
                          row.greedy ? "greedy" : "avg", Count{row.questions},
                          Estimate{100 * d.value, {100 * d.interval.low, 100 * d.interval.high}, 1},
                          PValue{d.p}, PValue{row.p_holm}, Number{100 * d.smallest, 1}, verdict_of(row)});
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
      "probability of 80%."});
}

}  // namespace

Section section_of(const AccuracyTable& accuracy) {
  const std::vector<AccuracyRow>& rows = accuracy.rows;
  const bool settings =
      std::any_of(rows.begin(), rows.end(), [](const AccuracyRow& row) { return !row.settings.empty(); });
  Section section{"Accuracy", {accuracy_table(rows, settings)}, accuracy.warnings};
  Table pass = pass_table(rows, settings);
  if (!pass.rows.empty()) { section.blocks.emplace_back(std::move(pass)); }
  const std::vector<BenchmarkMean> means = benchmark_means(rows);
  if (!means.empty()) { section.blocks.emplace_back(mean_table(means, settings)); }
  section.blocks.emplace_back(Note{
      "Intervals cover the choice of questions (view step: of solutions) and of samples. They do not cover "
      "another training with another seed, another prompt, or errors of the grader."});
  const ModelComparisons comparisons = compare_models(rows);
  add_comparisons(section, comparisons);
  section.measures = measures_json(rows, means, comparisons.rows);
  return section;
}

}  // namespace srl::analysis
