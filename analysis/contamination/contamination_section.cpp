#include "analysis/contamination/contamination_section.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/tables/accuracy_tables.hpp"
#include "analysis/tables/benchmark_mean.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using Labels = std::map<Content, std::string>;

Labels labels_in(const Contamination& contamination) {
  std::set<Content> contents;
  for (const CheckedBenchmark& checked : contamination.benchmarks) { contents.insert(checked.benchmark); }
  return labels_of(contents);
}

std::string contaminated_text(const CheckedBenchmark& checked, const std::string& label) {
  return cat(label, ": ", checked.found.size(), " of ", checked.questions, " ", word(checked.as),
             checked.found.size() == 1 ? " is" : " are", " contaminated.");
}

/// Says what is contaminated as warnings, and what is not, or is not checked, in the section.
void add_results(Section& section, const Contamination& contamination, const Labels& labels) {
  std::vector<std::string> not_checked;
  for (const CheckedBenchmark& checked : contamination.benchmarks) {
    const std::string& label = labels.at(checked.benchmark);
    std::string one(word(checked.as));
    one.pop_back();
    if (!checked.checked()) {
      not_checked.push_back(label);
      section.blocks.emplace_back(Prose{cat(label, " is not checked: ", checked.not_checked, ".")});
    } else if (checked.found.empty()) {
      section.blocks.emplace_back(
          Prose{cat(label, ": no ", one, " of ", checked.questions, " is contaminated.")});
    } else {
      section.warnings.push_back(contaminated_text(checked, label));
    }
  }
  if (not_checked.empty()) { return; }
  section.warnings.push_back(cat("Contamination is not checked for ", join(not_checked, ", "), "."));
  if (not_checked.size() == contamination.benchmarks.size()) {
    section.blocks.emplace_back(Prose{"So nothing could be checked."});
  }
}

Table benchmark_table(const Contamination& contamination, const Labels& labels) {
  Table table{{{"benchmark"}, {"asked"}, {"checked"}, {"contaminated"}, {"contaminated", "%"}}, {}};
  for (const CheckedBenchmark& checked : contamination.benchmarks) {
    std::vector<Cell>& row = table.rows.emplace_back();
    row = {labels.at(checked.benchmark), std::string(word(checked.as))};
    if (!checked.checked()) {
      row.insert(row.end(), {Count{0}, Absent{}, Absent{}});
      continue;
    }
    const std::int64_t found = std::ssize(checked.found);
    row.insert(row.end(),
               {Count{checked.questions}, Count{found},
                Number{100 * static_cast<double>(found) / static_cast<double>(checked.questions), 1}});
  }
  return table;
}

/// Of each row that has contaminated questions, the measures on all and on clean ones.
void add_measures(Section& section, const Contamination& contamination, const AccuracyTable& all,
                  const AccuracyTable& clean) {
  std::vector<ShownRow> rows;
  std::vector<std::int64_t> contaminated;
  for (std::size_t r = 0; r < all.rows.size(); ++r) {
    const AccuracyRow& row = all.rows[r];
    if (contamination.of(row.benchmark_content, row.view).found.empty()) { continue; }
    rows.push_back({row.benchmark + ", all", &row});
    rows.push_back({row.benchmark + ", clean", &clean.rows[r]});
    contaminated.insert(contaminated.end(), {row.questions() - clean.rows[r].questions(), 0});
  }
  if (rows.empty()) { return; }
  const bool settings = differ_in_settings(all.rows);
  Table table = accuracy_table(rows, settings);
  const std::ptrdiff_t place = settings ? 5 : 4;  // after the number of questions
  table.columns.insert(table.columns.begin() + place, {"contaminated"});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    table.rows[r].insert(table.rows[r].begin() + place, Count{contaminated[r]});
  }
  section.blocks.emplace_back(std::move(table));
  Table pass = pass_table(rows, settings);
  if (!pass.rows.empty()) { section.blocks.emplace_back(std::move(pass)); }
}

/// The means over benchmarks on clean questions, if all benchmarks are checked.
void add_means(Section& section, const Contamination& contamination, const AccuracyTable& all,
               const AccuracyTable& clean) {
  std::vector<const AccuracyRow*> rows;
  bool any = false;
  for (std::size_t r = 0; r < all.rows.size(); ++r) {
    const CheckedBenchmark& checked = contamination.of(all.rows[r].benchmark_content, all.rows[r].view);
    if (!checked.checked()) { return; }
    any = any || !checked.found.empty();
    rows.push_back(checked.found.empty() ? &all.rows[r] : &clean.rows[r]);
  }
  const std::vector<BenchmarkMean> means = any ? benchmark_means(rows) : std::vector<BenchmarkMean>{};
  if (!means.empty()) {
    section.blocks.emplace_back(mean_table(means, differ_in_settings(all.rows), ", clean"));
  }
}

void add_list(Section& section, const Contamination& contamination, const Labels& labels) {
  Table table{{{"contaminated in"}, {"question"}, {"id"}, {"first training solution"}, {"shard"}, {"row"}},
              {},
              20,
              200};
  bool solutions = false;
  for (const CheckedBenchmark& checked : contamination.benchmarks) {
    for (const ContaminatedQuestion& question : checked.found) {
      table.rows.push_back({labels.at(checked.benchmark), Count{question.number}, question.id,
                            question.training_id, question.shard,
                            Count{static_cast<std::int64_t>(question.shard_row)}});
      solutions = solutions || checked.as == AskedAs::solutions;
    }
  }
  if (table.rows.empty()) { return; }
  section.blocks.emplace_back(std::move(table));
  section.blocks.emplace_back(
      Note{cat("Questions are counted from 0", solutions ? "; those of held-out steps are solutions" : "",
               ". Further training solutions may overlap with a question.")});
}

}  // namespace

Section section_of(const Contamination& contamination, const AccuracyTable& all, const AccuracyTable& clean) {
  if (all.rows.size() != clean.rows.size()) { throw Bug("rows on clean questions do not match the others"); }
  const Labels labels = labels_in(contamination);
  Section section{"Contamination", {}};
  section.blocks.emplace_back(Prose{
      cat("Contamination by ", counted(contamination.solutions, "training solution"), " of ",
          join(contamination.shards, ", "), ". A question is contaminated when it has ", contamination.words,
          " words in a row in common with the question of such a solution, or consists of the same words.")});
  add_results(section, contamination, labels);
  section.measures = contamination_json(contamination, all, clean);
  const auto& benchmarks = contamination.benchmarks;
  if (std::none_of(benchmarks.begin(), benchmarks.end(), [](const auto& one) { return one.checked(); })) {
    return section;
  }
  section.blocks.emplace_back(benchmark_table(contamination, labels));
  add_measures(section, contamination, all, clean);
  add_means(section, contamination, all, clean);
  section.blocks.emplace_back(
      Note{"The rule compares words. It does not find translations, questions in other words, or answers "
           "alone, and a common beginning of two different questions counts."});
  add_list(section, contamination, labels);
  return section;
}

}  // namespace srl::analysis
