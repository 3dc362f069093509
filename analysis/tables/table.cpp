#include "analysis/tables/table.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analysis/tables/text_table.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
using RowKey = std::tuple<std::string, std::string, std::string>;  // benchmark, model, view

/// Correctness by question, so that the samples of one question stay together.
using ByQuestion = std::map<std::int64_t, std::vector<bool>>;

struct Collected {
  ByQuestion greedy, sampled;
  std::int64_t answers = 0, tokens = 0, truncated = 0, without_answer = 0;
  std::set<std::string> greedy_settings, sampled_settings;
};

std::int64_t count_true(const std::vector<bool>& values) {
  return std::count(values.begin(), values.end(), true);
}

Cell greedy_cell(const ByQuestion& questions) {
  Cell cell;
  std::int64_t correct = 0;
  for (const auto& [question, marks] : questions) {
    cell.answers += static_cast<std::int64_t>(marks.size());
    correct += count_true(marks);
  }
  cell.questions = static_cast<std::int64_t>(questions.size());
  if (cell.answers > 0) { cell.accuracy = static_cast<double>(correct) / static_cast<double>(cell.answers); }
  cell.interval = wilson_interval(correct, cell.answers);
  return cell;
}

Cell sampled_cell(const ByQuestion& questions) {
  Cell cell;
  std::vector<double> shares;
  for (const auto& [question, marks] : questions) {
    cell.answers += static_cast<std::int64_t>(marks.size());
    shares.push_back(static_cast<double>(count_true(marks)) / static_cast<double>(marks.size()));
  }
  cell.questions = static_cast<std::int64_t>(questions.size());
  cell.accuracy = mean(shares);
  cell.interval = bootstrap_interval(shares);
  return cell;
}

void warn_about_checksums(const std::vector<Record>& records, std::vector<std::string>& warnings) {
  std::map<std::string, std::set<std::string>> checksums;
  for (const Record& record : records) { checksums[record.benchmark].insert(record.benchmark_checksum); }
  for (const auto& [benchmark, found] : checksums) {
    if (found.size() > 1) {
      warnings.push_back(cat("benchmark ", benchmark, " had ", found.size(),
                             " different contents; its rows are not comparable"));
    }
  }
}

/// Rows of one benchmark are comparable only over the same questions.
void warn_about_questions(const std::vector<Row>& rows, std::vector<std::string>& warnings) {
  std::map<std::string, std::set<std::int64_t>> sizes;
  for (const Row& row : rows) {
    for (const Cell* cell : {&row.greedy, &row.sampled}) {
      if (cell->present()) { sizes[row.benchmark].insert(cell->questions); }
    }
  }
  for (const auto& [benchmark, counts] : sizes) {
    if (counts.size() > 1) {
      warnings.push_back(cat("benchmark ", benchmark, ": rows cover different numbers of questions"));
    }
  }
}

/// One row may average only answers sampled in one way; another seed is the same way.
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

std::string cell_text(const Cell& cell) {
  if (!cell.present()) { return "-"; }
  return cat(fixed(100 * cell.accuracy, 1), " [", fixed(100 * cell.interval.low, 1), ", ",
             fixed(100 * cell.interval.high, 1), "]");
}

std::vector<std::vector<std::string>> cells(const Table& table) {
  std::vector<std::vector<std::string>> lines{{"benchmark", "model", "view", "questions", "greedy % [95%]",
                                               "avg % [95%]", "samples", "tokens", "truncated %",
                                               "no answer %"}};
  for (const Row& row : table.rows) {
    lines.push_back({row.benchmark, row.model, row.view,
                     std::to_string(std::max(row.greedy.questions, row.sampled.questions)),
                     cell_text(row.greedy), cell_text(row.sampled),
                     row.sampled.present() ? fixed(row.samples_per_question, 0) : "-",
                     fixed(row.tokens_mean, 0), fixed(100 * row.truncated_share, 1),
                     fixed(100 * row.no_answer_share, 1)});
  }
  return lines;
}

}  // namespace

Table make_table(const std::vector<Record>& records) {
  Table table;
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
    ++row.answers;
    row.tokens += record.tokens;
    row.truncated += record.finish == text::Finish::length;
    row.without_answer += record.answer.empty();
  }
  if (duplicates > 0) {
    table.warnings.push_back(cat(duplicates, " records were there twice; the first of each counts"));
  }
  warn_about_settings(rows, table.warnings);
  for (const auto& [key, row] : rows) {
    Row result;
    std::tie(result.benchmark, result.model, result.view) = key;
    result.greedy = greedy_cell(row.greedy);
    result.sampled = sampled_cell(row.sampled);
    if (result.sampled.present()) {
      result.samples_per_question =
          static_cast<double>(result.sampled.answers) / static_cast<double>(result.sampled.questions);
    }
    const double answers = static_cast<double>(row.answers);
    result.tokens_mean = static_cast<double>(row.tokens) / answers;
    result.truncated_share = static_cast<double>(row.truncated) / answers;
    result.no_answer_share = static_cast<double>(row.without_answer) / answers;
    table.rows.push_back(std::move(result));
  }
  std::stable_sort(table.rows.begin(), table.rows.end(), [&](const Row& a, const Row& b) {
    return std::tie(a.benchmark, a.view, model_order.at(a.model)) <
           std::tie(b.benchmark, b.view, model_order.at(b.model));
  });
  warn_about_questions(table.rows, table.warnings);
  return table;
}

std::string render(const Table& table, ReportFormat format) {
  return render_lines(cells(table), format);
}

}  // namespace srl::analysis
