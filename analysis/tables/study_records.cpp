#include "analysis/tables/study_records.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "analysis/tables/study_cells.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "evaluation/record_set.hpp"

namespace srl::analysis {
namespace {

namespace fs = std::filesystem;

/// A row whose columns have no names yet.
struct ReadRow {
  StudyRow row;
  std::map<ColumnKey, Measure> measures;
};

void add_training(StudyRow& row, const fs::path& folder, std::vector<std::string>& warnings) {
  if (!fs::is_directory(folder)) { return; }
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename() != "metrics.jsonl") { continue; }
    std::int64_t rollouts = 0;
    std::vector<std::string> lines = split(read_file(entry.path()), '\n');
    if (!lines.back().empty()) {
      warnings.push_back(cat(entry.path().string(), ": the last line is incomplete and is left out"));
      lines.back().clear();
    }
    for (const std::string& text : lines) {
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

/// Seeds of one row may differ in their seed only.
void check_sampling(const SeedCells& cells, std::map<ColumnKey, CellOrigin>& origins) {
  for (const auto& [column, origin] : cells.origins) {
    const CellOrigin& first = origins.try_emplace(column, origin).first->second;
    if (first.sampling == origin.sampling) { continue; }
    const auto differences = differences_of({first.sampling, origin.sampling});
    throw BadInput(cat(first.where, " and ", origin.where, " (", column.benchmark.first, ", ", column.view,
                       " ", column.measure, ") have different settings: ", differences.at(first.sampling),
                       "; ", differences.at(origin.sampling), ". A row has one: make them two rows"));
  }
}

ReadRow read_row(const fs::path& folder, const std::string& name, const SeeRecord& seen,
                 std::vector<std::string>& warnings) {
  ReadRow read;
  read.row.name = name;
  std::map<ColumnKey, CellOrigin> origins;
  for (const std::string& seed : folders_in(folder / "results" / name)) {
    const std::string where = (folder / "results" / name / seed).string();
    const evaluation::RecordSet set = evaluation::read_record_set({where});
    warnings.insert(warnings.end(), set.warnings.begin(), set.warnings.end());
    if (set.records.empty()) {
      warnings.push_back(cat(where, ": there are no records; this seed is left out"));
      continue;
    }
    if (seen) { std::for_each(set.records.begin(), set.records.end(), seen); }
    SeedCells cells = cells_of(set.records, where, warnings);
    check_sampling(cells, origins);
    for (auto& [column, values] : cells.values) {
      Measure& measure = read.measures[column];
      measure.values[seed] = std::move(values);
      measure.samples = cells.origins.at(column).samples;
      measure.rate = column.measure != "similarity";
    }
    add_training(read.row, folder / "runs" / name / seed, warnings);
    ++read.row.seeds;
  }
  for (std::int64_t* total :
       {&read.row.rollouts, &read.row.tokens, &read.row.groups, &read.row.rewarded_groups}) {
    *total /= std::max<std::int64_t>(1, read.row.seeds);
  }
  return read;
}

/// The names of the columns: without the benchmark where a view has only one.
std::map<ColumnKey, std::string> names_of(const std::set<ColumnKey>& columns) {
  std::map<std::string, std::set<Content>> of_view;
  std::set<Content> all;
  for (const ColumnKey& column : columns) {
    of_view[column.view].insert(column.benchmark);
    all.insert(column.benchmark);
  }
  const auto labels = labels_of(all);
  std::map<ColumnKey, std::string> names;
  for (const ColumnKey& column : columns) {
    const std::string name = cat(column.view, " ", column.measure);
    names[column] = of_view[column.view].size() == 1 ? name : cat(labels.at(column.benchmark), " ", name);
  }
  return names;
}

/// The order of the paper's table: greedy and average of each view side by side, benchmark by benchmark.
std::vector<std::string> in_order(const std::map<ColumnKey, std::string>& names) {
  std::vector<std::string> ordered;
  for (const char* view : {"stepwise", "whole", "step"}) {
    std::set<Content> benchmarks;
    for (const auto& [column, name] : names) { benchmarks.insert(column.benchmark); }
    for (const Content& benchmark : benchmarks) {
      for (const char* kind : {"greedy", "avg@", "pass@", "similarity"}) {
        for (const auto& [column, name] : names) {
          if (column.view == view && column.benchmark == benchmark && column.measure.starts_with(kind)) {
            ordered.push_back(name);
          }
        }
      }
    }
  }
  return ordered;
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

Study read_rows(const fs::path& folder, const std::vector<std::string>& names, const SeeRecord& seen) {
  Study study;
  std::vector<ReadRow> rows;
  std::set<ColumnKey> columns;
  for (const std::string& name : names) {
    ReadRow row = read_row(folder, name, seen, study.warnings);
    if (row.row.seeds == 0) { continue; }
    for (const auto& [column, measure] : row.measures) { columns.insert(column); }
    rows.push_back(std::move(row));
  }
  const auto column_names = names_of(columns);
  study.columns = in_order(column_names);
  for (ReadRow& row : rows) {
    for (auto& [column, measure] : row.measures) {
      row.row.measures[column_names.at(column)] = std::move(measure);
    }
    study.rows.push_back(std::move(row.row));
  }
  return study;
}

}  // namespace srl::analysis
