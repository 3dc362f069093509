#include "analysis/tables/accuracy_tables.hpp"

#include <algorithm>
#include <set>

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

Cell percent(std::int64_t part, std::int64_t whole) {
  return Number{100 * static_cast<double>(part) / static_cast<double>(whole), 1};
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

/// Powers of two up to n, and n.
std::set<std::int64_t> shown_k(std::int64_t n) {
  std::set<std::int64_t> shown;
  for (std::int64_t k = 1; k <= n; k *= 2) { shown.insert(k); }
  if (n > 0) { shown.insert(n); }
  return shown;
}

}  // namespace

Cell percent(const Estimated& rate) {
  return Estimate{100 * rate.value, {100 * rate.interval.low, 100 * rate.interval.high}, 1};
}

bool differ_in_settings(const std::vector<AccuracyRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const AccuracyRow& row) { return !row.settings.empty(); });
}

std::vector<ShownRow> shown(const std::vector<AccuracyRow>& rows) {
  std::vector<ShownRow> all;
  for (const AccuracyRow& row : rows) { all.push_back({row.benchmark, &row}); }
  return all;
}

Table accuracy_table(const std::vector<ShownRow>& rows, bool settings) {
  const bool sampled = std::any_of(rows.begin(), rows.end(),
                                   [](const ShownRow& shown) { return shown.row->sampled.present(); });
  Table table;
  name_columns(table, settings);
  table.columns.insert(table.columns.end(), {{"questions"}, {"greedy", "%", "95%"}});
  if (sampled) {
    table.columns.insert(table.columns.end(), {{"samples"}, {"avg", "%", "95%"}, {"maj", "%", "95%"}});
  }
  table.columns.insert(table.columns.end(),
                       {{"tokens"}, {"tokens in all"}, {"truncated", "%"}, {"no answer", "%"}});
  for (const auto& [name, shown] : rows) {
    const AccuracyRow& row = *shown;
    std::vector<Cell>& cells =
        table.rows.emplace_back(named(name, row.model, row.view, row.settings, settings));
    cells.emplace_back(Count{row.questions()});
    cells.push_back(row.greedy.present() ? percent(row.greedy.accuracy) : Absent{});
    if (sampled && row.sampled.present()) {
      cells.insert(cells.end(),
                   {samples_cell(row.sampled), percent(row.sampled.accuracy), percent(row.sampled.majority)});
    } else if (sampled) {
      cells.insert(cells.end(), {Absent{}, Absent{}, Absent{}});
    }
    const std::int64_t all = row.completions();
    if (all == 0) {
      cells.resize(table.columns.size());
      continue;
    }
    cells.insert(cells.end(),
                 {Number{static_cast<double>(row.tokens()) / static_cast<double>(all), 0},
                  Count{row.tokens()}, percent(row.greedy.truncated + row.sampled.truncated, all),
                  percent(row.greedy.without_answer + row.sampled.without_answer, all)});
  }
  return table;
}

Table pass_table(const std::vector<ShownRow>& rows, bool settings) {
  std::set<std::int64_t> columns;
  for (const ShownRow& shown : rows) { columns.merge(shown_k(shown.row->sampled.fewest_samples)); }
  Table table;
  name_columns(table, settings);
  for (const std::int64_t k : columns) { table.columns.push_back({cat("pass@", k), "%", "95%"}); }
  for (const auto& [name, shown] : rows) {
    const AccuracyRow& row = *shown;
    if (row.sampled.fewest_samples < 2) { continue; }
    std::vector<Cell>& cells =
        table.rows.emplace_back(named(name, row.model, row.view, row.settings, settings));
    for (const std::int64_t k : columns) {
      const bool has = k <= row.sampled.fewest_samples;
      cells.push_back(has ? percent(row.sampled.pass[static_cast<std::size_t>(k - 1)]) : Absent{});
    }
  }
  return table;
}

Table mean_table(const std::vector<BenchmarkMean>& means, bool settings, const std::string& of) {
  Table table;
  name_columns(table, settings);
  table.columns[0] = {"mean over"};
  table.columns.insert(table.columns.end(),
                       {{"greedy", "%", "95%"}, {"avg", "%", "95%"}, {"maj", "%", "95%"}});
  for (const BenchmarkMean& mean : means) {
    std::vector<Cell>& cells = table.rows.emplace_back(named(cat(mean.benchmarks.size(), " benchmarks", of),
                                                             mean.model, mean.view, mean.settings, settings));
    cells.push_back(mean.greedy.empty() ? Absent{} : percent(mean.greedy[0]));
    cells.push_back(mean.sampled.empty() ? Absent{} : percent(mean.sampled[0]));
    cells.push_back(mean.sampled.empty() ? Absent{} : percent(mean.sampled[1]));
  }
  return table;
}

}  // namespace srl::analysis
