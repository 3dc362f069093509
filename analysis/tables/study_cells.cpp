#include "analysis/tables/study_cells.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;

/// The completions that one cell may average: of one benchmark and view, greedy or sampled.
using CellKey = std::tuple<Content, std::string, bool>;
struct Completions {
  Models models;
  std::set<std::string> settings;
  std::map<QuestionKey, std::map<std::int64_t, const Record*>> samples;  // by question and sample
  std::int64_t doubled = 0, conflicting = 0;
};

std::string name_of(const CellKey& key) {
  const auto& [benchmark, view, greedy] = key;
  return cat(benchmark.first, ", ", view, greedy ? ", greedy" : ", sampled");
}

void check_cell(const CellKey& key, const Completions& cell, const std::string& where) {
  const auto refuse = [&](std::size_t count, const char* what, const std::string& names) {
    throw BadInput(cat(where, " (", name_of(key), ") holds the records of ", count, " ", what, ": ", names,
                       ". A cell holds one: move the others to another row or seed"));
  };
  if (cell.models.size() > 1) { refuse(cell.models.size(), "models", cell.models.list()); }
  if (cell.settings.size() > 1) {
    std::vector<std::string> names;
    for (const auto& [settings, difference] : differences_of(cell.settings)) { names.push_back(difference); }
    refuse(names.size(), "settings", join(names, "; "));
  }
}

/// Values of one question: by measure.
std::map<std::string, double> measures_of(const std::map<std::int64_t, const Record*>& samples,
                                          std::string_view view, bool greedy) {
  double completions = 0, right = 0, similarity = 0, formed = 0;
  for (const auto& [sample, record] : samples) {
    completions += 1;
    right += record->correct;
    if (record->similarity) {
      similarity += *record->similarity;
      formed += 1;
    }
  }
  if (greedy) { return {{"greedy", right / completions}}; }
  const std::string count = fixed(completions, 0);
  std::map<std::string, double> measures{{cat("avg@", count), right / completions}};
  if (view != "step") {
    measures[cat("pass@", count)] = right > 0;
  } else if (formed > 0) {
    measures["similarity"] = similarity / formed;
  }
  return measures;
}

void warn(const CellKey& key, const Completions& cell, std::int64_t uneven, std::size_t samples,
          const std::string& where, std::vector<std::string>& warnings) {
  if (cell.doubled > 0) {
    warnings.push_back(cat(where, " (", name_of(key),
                           "): ", counted(cell.doubled, "record", "is a duplicate", "are duplicates"),
                           ", of which ", cell.conflicting, cell.conflicting == 1 ? " differs" : " differ",
                           "; only the first of each is counted"));
  }
  if (uneven > 0) {
    warnings.push_back(cat(where, " (", name_of(key), "): ", counted(uneven, "question", "has", "have"),
                           " fewer than ", samples,
                           uneven == 1 ? " samples and is left out" : " samples and are left out"));
  }
}

}  // namespace

SeedCells cells_of(const std::vector<Record>& records, const std::string& where,
                   std::vector<std::string>& warnings) {
  std::map<CellKey, Completions> cells;
  for (const Record& record : records) {
    Completions& cell =
        cells[{{record.benchmark, record.benchmark_checksum}, record.view, is_greedy(record)}];
    cell.models.add(record);
    cell.settings.insert(record.settings.dump());
    const auto [first, added] = cell.samples[question_of(record)].emplace(record.sample, &record);
    if (added) { continue; }
    ++cell.doubled;
    cell.conflicting += first->second->text != record.text || first->second->correct != record.correct;
  }
  SeedCells result;
  for (const auto& [key, cell] : cells) {
    check_cell(key, cell, where);
    const auto& [benchmark, view, greedy] = key;
    std::size_t most = 0;
    for (const auto& [question, samples] : cell.samples) { most = std::max(most, samples.size()); }
    std::int64_t uneven = 0;
    for (const auto& [question, samples] : cell.samples) {
      if (samples.size() < most) {
        ++uneven;
        continue;
      }
      for (const auto& [measure, value] : measures_of(samples, view, greedy)) {
        const ColumnKey column{benchmark, view, measure};
        result.values[column][question] = value;
        result.origins[column] = {way_of_sampling(*samples.begin()->second), where, std::ssize(samples)};
      }
    }
    warn(key, cell, uneven, most, where, warnings);
  }
  return result;
}

}  // namespace srl::analysis
