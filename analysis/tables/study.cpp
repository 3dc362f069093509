#include "analysis/tables/study.hpp"

#include <algorithm>
#include <set>

#include "analysis/measure/seeds.hpp"
#include "analysis/tables/study_comparison.hpp"
#include "analysis/tables/study_records.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// The questions that every seed answered.
std::set<QuestionKey> common_questions(const Measure& measure) {
  std::set<QuestionKey> common;
  bool first = true;
  for (const auto& [seed, questions] : measure.values) {
    std::set<QuestionKey> both;
    for (const auto& [question, value] : questions) {
      if (first || common.contains(question)) { both.insert(question); }
    }
    common = std::move(both);
    first = false;
  }
  return common;
}

bool is_uneven(const Measure& measure, const std::set<QuestionKey>& common) {
  return std::any_of(measure.values.begin(), measure.values.end(),
                     [&](const auto& seed) { return seed.second.size() != common.size(); });
}

SeededMean mean_of(const Measure& measure, const std::set<QuestionKey>& questions) {
  SeededValues values{{}, cluster_sizes(questions)};
  for (const auto& [seed, answers] : measure.values) {
    std::vector<double>& line = values.values.emplace_back();
    for (const QuestionKey& question : questions) { line.push_back(answers.at(question)); }
  }
  return measure.rate ? seeded_rate(values, measure.samples) : seeded_mean(values);
}

Cell percent(double value, const Interval& interval, int digits) {
  return Estimate{100 * value, {100 * interval.low, 100 * interval.high}, digits};
}

Cell measure_cell(const Measure& measure, int digits) {
  const std::set<QuestionKey> questions = common_questions(measure);
  if (questions.empty()) { return Absent{}; }
  const SeededMean mean = mean_of(measure, questions);
  return percent(mean.value, mean.interval, digits);
}

Cell positive(std::int64_t count) {
  return count > 0 ? Cell(Count{count}) : Absent{};
}

Table comparison_table(const std::vector<Comparison>& comparisons) {
  Table table{{{"comparison"},
               {"seeds"},
               {"difference", "points", "95%"},
               {"paired t p"},
               {"Holm"},
               {"sign-flip p"},
               {"Holm"}},
              {}};
  for (const Comparison& c : comparisons) {
    table.rows.push_back({cat(c.better, " - ", c.worse, ", ", c.column), Count{c.seeds},
                          percent(c.difference, c.interval, 1), PValue{c.t_p}, PValue{c.t_holm},
                          PValue{c.flip_p}, PValue{c.flip_holm}});
  }
  return table;
}

/// What the intervals do not cover, and which of them may be too narrow.
void add_limits(Section& section, const Study& study) {
  std::vector<std::string> one_seed, uncertain;
  for (const StudyRow& row : study.rows) {
    if (row.seeds == 1) { one_seed.push_back(row.name); }
    for (const auto& [column, measure] : row.measures) {
      const std::set<QuestionKey> common = common_questions(measure);
      if (measure.values.size() < 2 || common.empty()) { continue; }
      if (mean_of(measure, common).uncertain) { uncertain.push_back(cat(row.name, " ", column)); }
    }
  }
  for (const Comparison& c : study.comparisons) {
    if (c.uncertain) { uncertain.push_back(cat(c.better, " - ", c.worse)); }
  }
  std::string text =
      "Intervals cover the choice of questions, of samples and of seeds. They do not cover another prompt, "
      "or errors of the grader.";
  if (!one_seed.empty()) {
    text += cat(" With one seed they do not cover another training: ", join(one_seed, ", "), ".");
  }
  section.blocks.emplace_back(Note{text});
  if (uncertain.empty()) { return; }
  section.blocks.emplace_back(Note{cat(
      "With two seeds, seeds that differ much compared with the questions, or similarities of which a few "
      "questions are far from the rest, 95% intervals may be too narrow: some of them held the truth in only "
      "89% of simulated studies. Here: ",
      join(uncertain, ", "), ".")});
}

}  // namespace

Study read_study(const std::filesystem::path& folder, const std::vector<std::string>& rows,
                 const std::vector<std::string>& compare, const std::string& column, const SeeRecord& seen) {
  Study study = read_rows(folder, rows.empty() ? folders_in(folder / "results") : rows, seen);
  if (study.rows.empty()) { throw BadInput(cat(folder.string(), ": no results/ROW/SEED/records_*.jsonl")); }
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
      cells.push_back(found == row.measures.end() ? Absent{} : measure_cell(found->second, digits));
    }
    cells.push_back(positive(row.rollouts));
    cells.push_back(positive(row.tokens));
    cells.push_back(row.groups > 0 ? Cell(CountOf{row.rewarded_groups, row.groups}) : Absent{});
  }
  return table;
}

Section section_of(const Study& study) {
  Section section{"Study", {table_of(study)}, study.warnings};
  bool uneven = false;
  for (const std::string& column : study.columns) {
    std::set<std::set<QuestionKey>> sets;
    std::vector<std::string> counts;
    for (const StudyRow& row : study.rows) {
      const auto found = row.measures.find(column);
      if (found == row.measures.end()) { continue; }
      const std::set<QuestionKey> common = common_questions(found->second);
      uneven = uneven || is_uneven(found->second, common);
      counts.push_back(cat(row.name, " ", common.size()));
      sets.insert(common);
    }
    if (sets.size() > 1) {
      section.blocks.emplace_back(Note{cat("The rows of ", column, " cover different questions (",
                                           join(counts, ", "), "); only a comparison uses the same ones.")});
    }
  }
  if (uneven) {
    section.blocks.emplace_back(
        Note{"The seeds of a row answered different questions; each cell uses only those that all seeds "
             "answered."});
  }
  add_limits(section, study);
  if (study.comparisons.empty()) { return section; }
  section.blocks.emplace_back(comparison_table(study.comparisons));
  for (const Comparison& c : study.comparisons) {
    if (c.left_out > 0) {
      section.blocks.emplace_back(
          Note{cat(c.better, " - ", c.worse, " compares the ", counted(c.questions, "question"),
                   " that both rows answered; ", counted(c.left_out, "other", "is", "are"), " left out.")});
    }
  }
  return section;
}

}  // namespace srl::analysis
