#include "analysis/tables/study_records.hpp"

#include <algorithm>
#include <map>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;
using evaluation::Record;

/// Sums over the records of one question, for one seed, view, and greedy or sampled.
struct Tally {
  double completions = 0, right = 0, similarity = 0, formed = 0;
};

void add_measures(StudyRow& row, const std::string& seed, const std::vector<Record>& records) {
  std::map<std::pair<std::string, bool>, std::map<std::int64_t, Tally>> tallies;  // (view, greedy) → question
  for (const Record& record : records) {
    Tally& tally = tallies[{record.view, is_greedy(record)}][record.question];
    tally.completions += 1;
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
      const std::string samples = fixed(tally.completions, 0);
      if (greedy) {
        put("greedy", tally.right / tally.completions);
        continue;
      }
      put(cat("avg@", samples), tally.right / tally.completions);
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

}  // namespace

std::vector<std::string> folders_in(const fs::path& path) {
  std::vector<std::string> names;
  if (!fs::is_directory(path)) { return names; }
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_directory()) { names.push_back(entry.path().filename().string()); }
  }
  std::sort(names.begin(), names.end());
  return names;
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

}  // namespace srl::analysis
