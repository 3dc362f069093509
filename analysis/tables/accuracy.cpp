#include "analysis/tables/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "analysis/tables/grouping.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;

/// The records of one row: of a benchmark's content, a model, a view, and the settings that greedy and
/// sampled completions share.
struct RowKey {
  Content benchmark;
  std::string model, view, settings;
  auto operator<=>(const RowKey&) const = default;
};

/// Correctness by question, so that the samples of one question stay together.
using ByQuestion = std::map<QuestionKey, std::vector<bool>>;

struct Completions {
  ByQuestion marks;
  std::int64_t count = 0, tokens = 0, truncated = 0, without_answer = 0;

  void add(const Record& record) {
    marks[question_of(record)].push_back(record.correct);
    ++count;
    tokens += record.tokens;
    truncated += record.finish == text::Finish::length;
    without_answer += record.answer.empty();
  }
};

struct Collected {
  Completions greedy;
  std::map<std::string, Completions> sampled;  ///< by way of sampling
};

std::map<QuestionKey, double> shares_of(const ByQuestion& questions) {
  std::map<QuestionKey, double> shares;
  for (const auto& [question, marks] : questions) {
    const auto right = std::count(marks.begin(), marks.end(), true);
    shares[question] = static_cast<double>(right) / static_cast<double>(marks.size());
  }
  return shares;
}

/// `score`: use a score interval where it is valid.
Accuracy accuracy_of(const Completions& completions, bool score) {
  Accuracy accuracy{.questions = std::ssize(completions.marks), .completions = completions.count};
  if (!accuracy.present()) { return accuracy; }
  const std::map<QuestionKey, double> shares = shares_of(completions.marks);
  const auto clusters = clusters_of(shares);
  double sum = 0;
  for (const auto& [question, share] : shares) { sum += share; }
  accuracy.share = sum / static_cast<double>(accuracy.questions);
  const auto trials = std::ssize(clusters);
  const bool independent = trials == accuracy.questions, extreme = accuracy.share == 0 || accuracy.share == 1;
  // A bootstrap of equal values has no width: then each cluster counts as one trial.
  accuracy.interval =
      score && (independent || extreme)
          ? wilson_interval(std::llround(accuracy.share * static_cast<double>(trials)), trials)
          : cluster_interval(clusters);
  return accuracy;
}

/// All records, row by row, and what was found on the way.
struct Sorted {
  std::map<RowKey, Collected> rows;
  Models models;
  std::map<std::string, std::size_t> model_order;  ///< by identity, in order of appearance
  std::set<Content> benchmarks;
  std::int64_t doubled = 0, conflicting = 0;
};

Sorted sorted(const std::vector<Record>& records) {
  Sorted all;
  std::map<std::tuple<RowKey, std::string, QuestionKey, std::int64_t>, const Record*> seen;
  for (const Record& record : records) {
    const RowKey key{{record.benchmark, record.benchmark_checksum},
                     model_of(record),
                     record.view,
                     common_settings(record)};
    const auto [first, added] =
        seen.try_emplace({key, record.settings.dump(), question_of(record), record.sample}, &record);
    if (!added) {
      ++all.doubled;
      all.conflicting += first->second->text != record.text || first->second->correct != record.correct;
      continue;
    }
    all.benchmarks.insert(key.benchmark);
    all.models.add(record);
    all.model_order.emplace(key.model, all.model_order.size());
    Collected& row = all.rows[key];
    (is_greedy(record) ? row.greedy : row.sampled[way_of_sampling(record)]).add(record);
  }
  return all;
}

void warn_about_contents(const std::set<Content>& benchmarks, std::vector<std::string>& warnings) {
  std::map<std::string, int> contents;
  for (const auto& [name, checksum] : benchmarks) { ++contents[name]; }
  for (const auto& [name, count] : contents) {
    if (count < 2) { continue; }
    warnings.push_back(cat("benchmark ", name, ": the records come from files with ", count,
                           " different contents; each has its own rows, named after its checksum"));
  }
}

/// Rows of one benchmark are comparable only over the same questions.
void warn_about_questions(const std::vector<AccuracyRow>& rows, std::vector<std::string>& warnings) {
  std::map<std::string, std::set<std::int64_t>> sizes;
  for (const AccuracyRow& row : rows) {
    for (const Accuracy* accuracy : {&row.greedy, &row.sampled}) {
      if (accuracy->present()) { sizes[row.benchmark].insert(accuracy->questions); }
    }
  }
  for (const auto& [benchmark, counts] : sizes) {
    if (counts.size() > 1) {
      warnings.push_back(cat("benchmark ", benchmark, ": rows cover different numbers of questions"));
    }
  }
}

/// One row of the table. `sampled` is null where only greedy completions are shown.
AccuracyRow row_of(const Completions& greedy, const Completions* sampled) {
  AccuracyRow row;
  row.greedy = accuracy_of(greedy, true);
  Completions all = greedy;
  if (sampled != nullptr) {
    row.sampled = accuracy_of(*sampled, false);
    row.samples_per_question =
        static_cast<double>(row.sampled.completions) / static_cast<double>(row.sampled.questions);
    all.count += sampled->count;
    all.tokens += sampled->tokens;
    all.truncated += sampled->truncated;
    all.without_answer += sampled->without_answer;
  }
  const double completions = static_cast<double>(all.count);
  row.tokens_mean = static_cast<double>(all.tokens) / completions;
  row.truncated_share = static_cast<double>(all.truncated) / completions;
  row.no_answer_share = static_cast<double>(all.without_answer) / completions;
  return row;
}

/// The rows of one key: one if its completions were sampled in at most one way, else one for the greedy ones
/// and one per way.
std::vector<AccuracyRow> rows_of(const Collected& collected, const std::string& settings) {
  if (collected.sampled.size() < 2) {
    const auto* sampled = collected.sampled.empty() ? nullptr : &collected.sampled.begin()->second;
    std::vector<AccuracyRow> rows{row_of(collected.greedy, sampled)};
    rows[0].settings = settings;
    return rows;
  }
  std::set<std::string> ways;
  for (const auto& [way, completions] : collected.sampled) { ways.insert(way); }
  const auto differences = differences_of(ways);
  const auto both = [&](const std::string& way) { return settings.empty() ? way : cat(settings, ", ", way); };
  std::vector<AccuracyRow> rows;
  if (collected.greedy.count > 0) {
    rows.push_back(row_of(collected.greedy, nullptr));
    rows.back().settings = both("greedy");
  }
  for (const auto& [way, completions] : collected.sampled) {
    rows.push_back(row_of({}, &completions));
    rows.back().settings = both(differences.at(way));
  }
  return rows;
}

/// Where the settings of the rows of a view differ: by view and settings.
std::map<std::string, std::map<std::string, std::string>> settings_labels(
    const std::map<RowKey, Collected>& rows) {
  std::map<std::string, std::set<std::string>> of_view;
  for (const auto& [key, row] : rows) { of_view[key.view].insert(key.settings); }
  std::map<std::string, std::map<std::string, std::string>> labels;
  for (const auto& [view, settings] : of_view) { labels[view] = differences_of(settings); }
  return labels;
}

Cell percent(double share) {
  return Number{100 * share, 1};
}

Cell percent(const Accuracy& accuracy) {
  if (!accuracy.present()) { return Absent{}; }
  const Interval& interval = accuracy.interval;
  return Estimate{100 * accuracy.share, {100 * interval.low, 100 * interval.high}, 1};
}

}  // namespace

AccuracyTable accuracy_of(const std::vector<Record>& records) {
  AccuracyTable table;
  const Sorted all = sorted(records);
  warn_about_contents(all.benchmarks, table.warnings);
  if (all.doubled > 0) {
    table.warnings.push_back(cat(all.doubled, " records are duplicates, of which ", all.conflicting,
                                 " differ; only the first of each is counted"));
  }
  const auto model_labels = all.models.labels();
  const auto benchmark_labels = labels_of(all.benchmarks);
  const auto settings = settings_labels(all.rows);
  std::vector<std::pair<const RowKey*, const Collected*>> order;
  for (const auto& [key, collected] : all.rows) { order.emplace_back(&key, &collected); }
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return std::tie(a.first->benchmark, a.first->view, all.model_order.at(a.first->model)) <
           std::tie(b.first->benchmark, b.first->view, all.model_order.at(b.first->model));
  });
  for (const auto& [key, collected] : order) {
    for (AccuracyRow& row : rows_of(*collected, settings.at(key->view).at(key->settings))) {
      row.model = model_labels.at(key->model);
      row.benchmark = benchmark_labels.at(key->benchmark);
      row.view = key->view;
      table.rows.push_back(std::move(row));
    }
  }
  warn_about_questions(table.rows, table.warnings);
  return table;
}

Section section_of(const AccuracyTable& accuracy) {
  const bool differ = std::any_of(accuracy.rows.begin(), accuracy.rows.end(),
                                  [](const AccuracyRow& row) { return !row.settings.empty(); });
  Table table{{{"benchmark"}, {"model"}, {"view"}}, {}};
  if (differ) { table.columns.push_back({"settings"}); }
  for (const Column& column : {Column{"questions"},
                               {"greedy", "%", "95%"},
                               {"avg", "%", "95%"},
                               {"samples"},
                               {"tokens"},
                               {"truncated", "%"},
                               {"no answer", "%"}}) {
    table.columns.push_back(column);
  }
  for (const AccuracyRow& row : accuracy.rows) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    cells = {row.benchmark, row.model, row.view};
    if (differ) { cells.emplace_back(row.settings); }
    const Cell samples = row.sampled.present() ? Cell(Number{row.samples_per_question, 0}) : Absent{};
    cells.insert(cells.end(), {Count{std::max(row.greedy.questions, row.sampled.questions)},
                               percent(row.greedy), percent(row.sampled), samples, Number{row.tokens_mean, 0},
                               percent(row.truncated_share), percent(row.no_answer_share)});
  }
  return {"Accuracy", {std::move(table)}, accuracy.warnings};
}

}  // namespace srl::analysis
