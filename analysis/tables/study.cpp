#include "analysis/tables/study.hpp"

#include <algorithm>
#include <set>

#include "analysis/tables/study_comparison.hpp"
#include "analysis/tables/study_records.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// The order of the paper's table: greedy and average of each view side by side.
std::vector<std::string> in_order(const std::set<std::string>& columns) {
  std::vector<std::string> ordered;
  for (const char* view : {"stepwise", "whole", "step"}) {
    for (const char* kind : {"greedy", "avg@", "pass@", "similarity"}) {
      for (const std::string& column : columns) {
        if (column.starts_with(cat(view, " ", kind))) { ordered.push_back(column); }
      }
    }
  }
  return ordered;
}

/// The questions that every seed answered.
std::set<std::int64_t> common_questions(const Measure& measure) {
  std::set<std::int64_t> common;
  bool first = true;
  for (const auto& [seed, questions] : measure.values) {
    std::set<std::int64_t> both;
    for (const auto& [question, value] : questions) {
      if (first || common.contains(question)) { both.insert(question); }
    }
    common = std::move(both);
    first = false;
  }
  return common;
}

bool is_uneven(const Measure& measure, const std::set<std::int64_t>& common) {
  return std::any_of(measure.values.begin(), measure.values.end(),
                     [&](const auto& seed) { return seed.second.size() != common.size(); });
}

Cell measure_cell(const Measure& measure, const std::set<std::int64_t>& questions, int digits) {
  if (questions.empty()) { return Absent{}; }
  std::vector<std::vector<double>> values;
  std::vector<double> all;
  for (const auto& [seed, answers] : measure.values) {
    std::vector<double>& line = values.emplace_back();
    for (const std::int64_t question : questions) { line.push_back(answers.at(question)); }
    all.insert(all.end(), line.begin(), line.end());
  }
  const Interval interval = hierarchical_interval(values, 4000);
  return Estimate{100 * mean(all), {100 * interval.low, 100 * interval.high}, digits};
}

Cell positive(std::int64_t count) {
  return count > 0 ? Cell(Count{count}) : Absent{};
}

Table comparison_table(const std::vector<Comparison>& comparisons) {
  Table table{
      {{"comparison"}, {"seeds"}, {"difference"}, {"paired t p"}, {"Holm"}, {"sign-flip p"}, {"Holm"}}, {}};
  for (const Comparison& c : comparisons) {
    table.rows.push_back({cat(c.better, " - ", c.worse, ", ", c.column), Count{c.seeds},
                          Number{100 * c.difference, 1}, PValue{c.t_p}, PValue{c.t_holm}, PValue{c.flip_p},
                          PValue{c.flip_holm}});
  }
  return table;
}

}  // namespace

Study read_study(const std::filesystem::path& folder, const std::vector<std::string>& rows,
                 const std::vector<std::string>& compare, const std::string& column) {
  Study study;
  std::set<std::string> columns;
  for (const std::string& name : rows.empty() ? folders_in(folder / "results") : rows) {
    StudyRow row = read_row(folder, name);
    if (row.seeds == 0) { continue; }
    for (const auto& [found, measure] : row.measures) { columns.insert(found); }
    study.rows.push_back(std::move(row));
  }
  if (study.rows.empty()) { throw BadInput(cat(folder.string(), ": no results/ROW/SEED/records_*.jsonl")); }
  study.columns = in_order(columns);
  study.comparisons = compare_rows(study.rows, compare, column);
  return study;
}

Table table_of(const Study& study) {
  Table table{{{"row"}, {"seeds"}}, {}};
  for (const std::string& column : study.columns) { table.columns.push_back({column, "%"}); }
  for (const char* name : {"rollouts", "tokens", "groups with reward"}) { table.columns.push_back({name}); }
  for (const StudyRow& row : study.rows) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    cells = {row.name, Count{row.seeds}};
    for (const std::string& column : study.columns) {
      const auto found = row.measures.find(column);
      const int digits = column.ends_with("similarity") ? 2 : 1;
      cells.push_back(found == row.measures.end()
                          ? Absent{}
                          : measure_cell(found->second, common_questions(found->second), digits));
    }
    cells.push_back(positive(row.rollouts));
    cells.push_back(positive(row.tokens));
    cells.push_back(row.groups > 0 ? Cell(CountOf{row.rewarded_groups, row.groups}) : Absent{});
  }
  return table;
}

Section section_of(const Study& study) {
  Section section{"Study", {table_of(study)}};
  bool uneven = false;
  for (const StudyRow& row : study.rows) {
    for (const std::string& column : study.columns) {
      const auto found = row.measures.find(column);
      uneven = uneven ||
               (found != row.measures.end() && is_uneven(found->second, common_questions(found->second)));
    }
  }
  if (uneven) {
    section.blocks.emplace_back(
        Note{"The seeds of a row answered different questions; each cell uses only those that all seeds "
             "answered."});
  }
  if (!study.comparisons.empty()) { section.blocks.emplace_back(comparison_table(study.comparisons)); }
  return section;
}

}  // namespace srl::analysis
