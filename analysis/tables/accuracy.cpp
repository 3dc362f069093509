#include "analysis/tables/accuracy.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using RowKey = std::tuple<std::string, std::string, std::string>;  // benchmark, model, view

/// Correctness by question, so that the samples of one question stay together.
using ByQuestion = std::map<std::int64_t, std::vector<bool>>;

struct Collected {
  ByQuestion greedy, sampled;
  std::int64_t completions = 0, tokens = 0, truncated = 0, without_answer = 0;
  std::set<std::string> greedy_settings, sampled_settings;
};

std::int64_t count_true(const std::vector<bool>& values) {
  return std::count(values.begin(), values.end(), true);
}

Accuracy greedy_accuracy(const ByQuestion& questions) {
  Accuracy accuracy;
  std::int64_t correct = 0;
  for (const auto& [question, marks] : questions) {
    accuracy.completions += static_cast<std::int64_t>(marks.size());
    correct += count_true(marks);
  }
  accuracy.questions = static_cast<std::int64_t>(questions.size());
  if (accuracy.completions > 0) {
    accuracy.share = static_cast<double>(correct) / static_cast<double>(accuracy.completions);
  }
  accuracy.interval = wilson_interval(correct, accuracy.completions);
  return accuracy;
}

Accuracy sampled_accuracy(const ByQuestion& questions) {
  Accuracy accuracy;
  std::vector<double> shares;
  for (const auto& [question, marks] : questions) {
    accuracy.completions += static_cast<std::int64_t>(marks.size());
    shares.push_back(static_cast<double>(count_true(marks)) / static_cast<double>(marks.size()));
  }
  accuracy.questions = static_cast<std::int64_t>(questions.size());
  accuracy.share = mean(shares);
  accuracy.interval = bootstrap_interval(shares);
  return accuracy;
}

void warn_about_checksums(const std::vector<Record>& records, std::vector<std::string>& warnings) {
  std::map<std::string, std::set<std::string>> checksums;
  for (const Record& record : records) { checksums[record.benchmark].insert(record.benchmark_checksum); }
  for (const auto& [benchmark, found] : checksums) {
    if (found.size() > 1) {
      warnings.push_back(cat("benchmark ", benchmark, ": the records come from files with ", found.size(),
                             " different contents; its rows are not comparable"));
    }
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

/// A row may only average answers that were sampled with the same settings; the seed may differ.
std::string way_of_sampling(const Record& record) {
  Json settings = Json::object();
  for (const auto& [key, value] : record.settings.as_object()) {
    if (key != "seed") { settings[key] = value; }
  }
  return settings.dump();
}

void warn_about_settings(const std::map<RowKey, Collected>& rows, std::vector<std::string>& warnings) {
  for (const auto& [key, row] : rows) {
    const auto& [benchmark, model, view] = key;
    for (const auto* settings : {&row.greedy_settings, &row.sampled_settings}) {
      if (settings->size() < 2) { continue; }
      warnings.push_back(
          cat(model, " on ", benchmark, " (", view, "): ", settings->size(),
              " different settings are averaged: ", join({settings->begin(), settings->end()}, " and ")));
    }
  }
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
  warn_about_checksums(records, table.warnings);
  std::map<RowKey, Collected> rows;
  std::map<std::string, std::size_t> model_order;
  std::set<std::tuple<RowKey, std::string, std::int64_t, std::int64_t>> seen;
  std::int64_t duplicates = 0;
  for (const Record& record : records) {
    const RowKey key{record.benchmark, record.model, record.view};
    if (!seen.emplace(key, record.settings.dump(), record.question, record.sample).second) {
      ++duplicates;
      continue;
    }
    model_order.emplace(record.model, model_order.size());
    Collected& row = rows[key];
    const bool greedy = is_greedy(record);
    (greedy ? row.greedy : row.sampled)[record.question].push_back(record.correct);
    (greedy ? row.greedy_settings : row.sampled_settings).insert(way_of_sampling(record));
    ++row.completions;
    row.tokens += record.tokens;
    row.truncated += record.finish == text::Finish::length;
    row.without_answer += record.answer.empty();
  }
  if (duplicates > 0) {
    table.warnings.push_back(cat(duplicates, " records are duplicates; only the first of each is counted"));
  }
  warn_about_settings(rows, table.warnings);
  for (const auto& [key, row] : rows) {
    AccuracyRow result;
    std::tie(result.benchmark, result.model, result.view) = key;
    result.greedy = greedy_accuracy(row.greedy);
    result.sampled = sampled_accuracy(row.sampled);
    if (result.sampled.present()) {
      result.samples_per_question =
          static_cast<double>(result.sampled.completions) / static_cast<double>(result.sampled.questions);
    }
    const double completions = static_cast<double>(row.completions);
    result.tokens_mean = static_cast<double>(row.tokens) / completions;
    result.truncated_share = static_cast<double>(row.truncated) / completions;
    result.no_answer_share = static_cast<double>(row.without_answer) / completions;
    table.rows.push_back(std::move(result));
  }
  std::stable_sort(table.rows.begin(), table.rows.end(), [&](const AccuracyRow& a, const AccuracyRow& b) {
    return std::tie(a.benchmark, a.view, model_order.at(a.model)) <
           std::tie(b.benchmark, b.view, model_order.at(b.model));
  });
  warn_about_questions(table.rows, table.warnings);
  return table;
}

Section section_of(const AccuracyTable& accuracy) {
  Table table{{{"benchmark"},
               {"model"},
               {"view"},
               {"questions"},
               {"greedy", "%", "95%"},
               {"avg", "%", "95%"},
               {"samples"},
               {"tokens"},
               {"truncated", "%"},
               {"no answer", "%"}},
              {}};
  for (const AccuracyRow& row : accuracy.rows) {
    const Cell samples = row.sampled.present() ? Cell(Number{row.samples_per_question, 0}) : Absent{};
    table.rows.push_back({row.benchmark, row.model, row.view,
                          Count{std::max(row.greedy.questions, row.sampled.questions)}, percent(row.greedy),
                          percent(row.sampled), samples, Number{row.tokens_mean, 0},
                          percent(row.truncated_share), percent(row.no_answer_share)});
  }
  return {"Accuracy", {std::move(table)}, accuracy.warnings};
}

}  // namespace srl::analysis
