#include "analysis/tables/study.hpp"

#include <algorithm>
#include <set>

#include "analysis/measure/paired_tests.hpp"
#include "analysis/tables/text_table.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;
using evaluation::Record;

std::vector<std::string> folders_in(const fs::path& path) {
  std::vector<std::string> names;
  if (!fs::is_directory(path)) { return names; }
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_directory()) { names.push_back(entry.path().filename().string()); }
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// What one question's records of one (seed, view, greedy or sampled) add up to.
struct Tally {
  double answers = 0, right = 0, similarity = 0, formed = 0;
};

void add_measures(StudyRow& row, const std::string& seed, const std::vector<Record>& records) {
  std::map<std::pair<std::string, bool>, std::map<std::int64_t, Tally>> tallies;  // (view, greedy) → question
  for (const Record& record : records) {
    Tally& tally = tallies[{record.view, is_greedy(record)}][record.question];
    tally.answers += 1;
    tally.right += record.correct;
    if (record.similarity) {
      tally.similarity += *record.similarity;
      tally.formed += 1;
    }
  }
  for (const auto& [key, questions] : tallies) {
    const auto& [view, greedy] = key;
    for (const auto& [question, tally] : questions) {
      const auto put = [&](const std::string& column, double value) {
        row.measures[cat(view, " ", column)].values[seed][question] = value;
      };
      const std::string samples = fixed(tally.answers, 0);
      if (greedy) {
        put("greedy", tally.right / tally.answers);
        continue;
      }
      put(cat("avg@", samples), tally.right / tally.answers);
      if (view == "step") {
        if (tally.formed > 0) { put("similarity", tally.similarity / tally.formed); }
      } else {
        put(cat("pass@", samples), tally.right > 0);
      }
    }
  }
}

void add_training(StudyRow& row, const fs::path& folder) {
  if (!fs::is_directory(folder)) { return; }
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename() != "metrics.jsonl") { continue; }
    std::int64_t rollouts = 0;
    for (const std::string& text : split(read_file(entry.path()), '\n')) {
      if (text.empty()) { continue; }
      const Json line = Json::parse(text, entry.path().string());
      rollouts = line.at("rollouts_sampled").as_integer();
      const auto count = [&](const char* key) {
        const Json* value = line.find(key);
        return value ? value->as_integer() : 0;
      };
      row.tokens += count("answer_tokens");
      row.groups += count("groups_sampled");
      row.rewarded_groups += count("groups_rewarded");
    }
    row.rollouts += rollouts;
  }
}

StudyRow read_row(const fs::path& folder, const std::string& name) {
  StudyRow row;
  row.name = name;
  for (const std::string& seed : folders_in(folder / "results" / name)) {
    std::vector<Record> records;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "results" / name / seed)) {
      const std::string file = entry.path().filename().string();
      if (!file.starts_with("records_") || !file.ends_with(".jsonl")) { continue; }
      const auto read = evaluation::read_records(entry.path());
      records.insert(records.end(), read.records.begin(), read.records.end());
    }
    if (records.empty()) { continue; }
    add_measures(row, seed, records);
    add_training(row, folder / "runs" / name / seed);
    ++row.seeds;
  }
  for (std::int64_t* total : {&row.rollouts, &row.tokens, &row.groups, &row.rewarded_groups}) {
    *total /= std::max<std::int64_t>(1, row.seeds);
  }
  return row;
}

double seed_mean(const std::map<std::int64_t, double>& questions) {
  double sum = 0;
  for (const auto& [question, value] : questions) { sum += value; }
  return sum / static_cast<double>(questions.size());
}

const StudyRow& row_named(const Study& study, const std::string& name) {
  for (const StudyRow& row : study.rows) {
    if (row.name == name) { return row; }
  }
  throw BadOption(cat("study.compare: no row '", name, "' with records"));
}

Comparison compare_rows(const Study& study, const std::string& word, const std::string& column) {
  const std::size_t sign = word.find('>');
  if (sign == std::string::npos) { throw BadOption(cat("study.compare: '", word, "' is not ROW>ROW")); }
  Comparison result{word.substr(0, sign), word.substr(sign + 1), column};
  std::vector<double> differences;
  const auto values = [&](const std::string& name) {
    const StudyRow& row = row_named(study, name);
    const auto found = row.measures.find(column);
    if (found == row.measures.end()) {
      throw BadOption(cat("study.column: row ", name, " has no '", column, "'"));
    }
    return found->second.values;
  };
  const auto ours = values(result.better), theirs = values(result.worse);
  for (const auto& [seed, questions] : ours) {
    const auto other = theirs.find(seed);
    if (other != theirs.end()) { differences.push_back(seed_mean(questions) - seed_mean(other->second)); }
  }
  result.seeds = std::ssize(differences);
  result.difference = mean(differences);
  result.t_p = paired_t(differences).p;
  result.flip_p = sign_flip_test(differences);
  return result;
}

/// The values as a full rectangle, seeds by questions; questions that a seed lacks are left out of all (and
/// told).
std::vector<std::vector<double>> rectangle(const Measure& measure, bool& uneven) {
  std::set<std::int64_t> common;
  bool first = true;
  for (const auto& [seed, questions] : measure.values) {
    std::set<std::int64_t> own, both;
    for (const auto& [question, value] : questions) { own.insert(question); }
    uneven = uneven || (!first && own != common);
    if (first) {
      both = own;
    } else {
      std::set_intersection(common.begin(), common.end(), own.begin(), own.end(),
                            std::inserter(both, both.begin()));
    }
    common = both;
    first = false;
  }
  std::vector<std::vector<double>> values;
  for (const auto& [seed, questions] : measure.values) {
    std::vector<double>& line = values.emplace_back();
    for (const std::int64_t question : common) { line.push_back(questions.at(question)); }
  }
  return values;
}

std::string cell(const StudyRow& row, const std::string& column, bool& uneven) {
  const auto found = row.measures.find(column);
  if (found == row.measures.end()) { return "-"; }
  const auto values = rectangle(found->second, uneven);
  std::vector<double> all;
  for (const auto& line : values) { all.insert(all.end(), line.begin(), line.end()); }
  if (all.empty()) { return "-"; }
  const Interval interval = hierarchical_interval(values, 4000);
  const int digits = column.ends_with("similarity") ? 2 : 1;
  return cat(fixed(100 * mean(all), digits), " [", fixed(100 * interval.low, digits), ", ",
             fixed(100 * interval.high, digits), "]");
}

std::string p_text(double p) {
  return p < 0.0001 ? "<0.0001" : fixed(p, 4);
}

}  // namespace

Study read_study(const fs::path& folder, const std::vector<std::string>& rows,
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
  for (const std::string view :
       {"stepwise", "whole",
        "step"}) {  // the paper's order: greedy and average of each benchmark side by side
    for (const std::string kind : {"greedy", "avg@", "pass@", "similarity"}) {
      for (const std::string& found : columns) {
        if (found.starts_with(cat(view, " ", kind))) { study.columns.push_back(found); }
      }
    }
  }
  std::vector<double> t, flip;
  for (const std::string& word : compare) {
    study.comparisons.push_back(compare_rows(study, word, column));
    t.push_back(study.comparisons.back().t_p);
    flip.push_back(study.comparisons.back().flip_p);
  }
  t = holm(t);
  flip = holm(flip);
  for (std::size_t i = 0; i < t.size(); ++i) {
    study.comparisons[i].t_holm = t[i];
    study.comparisons[i].flip_holm = flip[i];
  }
  return study;
}

std::string render(const Study& study, ReportFormat format) {
  bool uneven = false;
  std::vector<std::vector<std::string>> lines(1, {"row", "seeds"});
  for (const std::string& column : study.columns) { lines[0].push_back(column + " %"); }
  for (const char* title : {"rollouts", "tokens", "groups with reward"}) { lines[0].emplace_back(title); }
  for (const StudyRow& row : study.rows) {
    std::vector<std::string>& line =
        lines.emplace_back(std::vector<std::string>{row.name, std::to_string(row.seeds)});
    for (const std::string& column : study.columns) { line.push_back(cell(row, column, uneven)); }
    line.push_back(row.rollouts > 0 ? std::to_string(row.rollouts) : "-");
    line.push_back(row.tokens > 0 ? std::to_string(row.tokens) : "-");
    line.push_back(row.groups > 0 ? cat(row.rewarded_groups, " of ", row.groups) : "-");
  }
  std::string text = render_lines(lines, format);
  if (uneven) {
    text +=
        "\nSeeds of one row answered different questions; a cell holds those that all of them answered.\n";
  }
  if (study.comparisons.empty()) { return text; }
  lines.assign(1, {"comparison", "seeds", "difference", "paired t p", "Holm", "sign-flip p", "Holm"});
  for (const Comparison& c : study.comparisons) {
    lines.push_back({cat(c.better, " - ", c.worse, ", ", c.column), std::to_string(c.seeds),
                     fixed(100 * c.difference, 1), p_text(c.t_p), p_text(c.t_holm), p_text(c.flip_p),
                     p_text(c.flip_holm)});
  }
  return text + "\n" + render_lines(lines, format);
}

}  // namespace srl::analysis
