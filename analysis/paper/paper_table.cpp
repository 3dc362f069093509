#include "analysis/paper/paper_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>

#include "analysis/tables/accuracy_tables.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t paper_columns = 7;

struct PaperRow {
  const char* name;
  std::array<double, paper_columns> values;  ///< AMC23, AIME24 and AIME25: avg, greedy; Minerva: greedy
};

constexpr PaperRow paper_rows[] = {
    {"paper: start model", {49.3, 50.0, 10.5, 13.3, 7.5, 6.7, 34.9}},
    {"paper: SFT on the thinking", {26.8, 40.0, 3.9, 10.0, 5.4, 10.0, 20.2}},
    {"paper: SFT on the steps", {36.2, 27.5, 5.1, 3.3, 3.8, 6.7, 31.6}},
    {"paper: RLVR", {52.0, 47.5, 11.1, 10.0, 7.4, 10.0, 33.8}},
    {"paper: R3", {52.5, 57.5, 10.0, 13.3, 7.4, 10.0, 35.3}},
    {"paper: one-step similarity", {51.8, 52.5, 11.7, 13.3, 6.9, 10.0, 34.9}},
    {"paper: SRL without dynamic sampling", {48.5, 52.5, 11.1, 13.3, 6.8, 6.7, 33.8}},
    {"paper: SRL", {51.5, 50.0, 13.2, 16.7, 7.1, 13.3, 36.4}},
    {"paper: SRL, then RLVR", {52.1, 57.5, 13.3, 20.0, 8.6, 10.0, 36.4}}};

/// The column of a benchmark's averages; Minerva has only the greedy one.
struct Known {
  std::string_view name;
  std::optional<std::size_t> average;
  std::size_t greedy;
};
constexpr std::array<Known, 4> known_benchmarks{
    {{"amc23", 0, 1}, {"aime24", 2, 3}, {"aime25", 4, 5}, {"minerva", std::nullopt, 6}}};

/// "AIME_2024" and "aime24-test" are aime24.
const Known* known(const std::string& benchmark) {
  std::string name;
  for (const char c : benchmark) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  for (const char* year : {"23", "24", "25"}) {
    const std::size_t at = name.find(std::string("20") + year);
    if (at != std::string::npos) { name.erase(at, 2); }
  }
  const auto found = std::find_if(known_benchmarks.begin(), known_benchmarks.end(),
                                  [&](const Known& one) { return name.starts_with(one.name); });
  return found == known_benchmarks.end() ? nullptr : &*found;
}

struct Measured {
  std::string name;
  std::array<std::optional<Estimated>, paper_columns> cells;
  std::array<std::optional<Clusters>, paper_columns> clusters;  ///< of accuracy, for the mean
};

void add(Measured& measured, std::size_t column, const Measures& measures) {
  if (!measures.present() || measured.cells[column]) { return; }
  measured.cells[column] = measures.accuracy;
  measured.clusters[column] = measures.clusters;
  measured.clusters[column]->sums.resize(1);
}

std::vector<Measured> measured_rows(const AccuracyTable& accuracy) {
  std::vector<Measured> rows;
  for (const AccuracyRow& row : accuracy.rows) {
    const Known* benchmark = known(row.benchmark_content.first);
    if (row.view != "whole" || benchmark == nullptr) { continue; }
    const std::string name = row.settings.empty() ? row.model : row.model + ", " + row.settings;
    auto same = std::find_if(rows.begin(), rows.end(), [&](const Measured& one) { return one.name == name; });
    if (same == rows.end()) {
      rows.push_back({name, {}, {}});
      same = rows.end() - 1;
    }
    if (benchmark->average) { add(*same, *benchmark->average, row.sampled); }
    add(*same, benchmark->greedy, row.greedy);
  }
  return rows;
}

}  // namespace

Section paper_section(const AccuracyTable& accuracy) {
  Table table{{{"row"},
               {"AMC23 avg", "%", "95%"},
               {"AMC23 greedy", "%", "95%"},
               {"AIME24 avg", "%", "95%"},
               {"AIME24 greedy", "%", "95%"},
               {"AIME25 avg", "%", "95%"},
               {"AIME25 greedy", "%", "95%"},
               {"Minerva greedy", "%", "95%"},
               {"mean", "%", "95%"}},
              {}};
  for (const PaperRow& row : paper_rows) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    cells.emplace_back(std::string(row.name));
    double sum = 0;
    for (const double value : row.values) {
      cells.emplace_back(Number{value, 1});
      sum += value;
    }
    cells.emplace_back(Number{sum / paper_columns, 1});
  }
  const std::vector<Measured> measured = measured_rows(accuracy);
  for (const Measured& row : measured) {
    std::vector<Cell>& cells = table.rows.emplace_back();
    cells.emplace_back(row.name);
    std::vector<Clusters> all;
    for (std::size_t c = 0; c < paper_columns; ++c) {
      cells.push_back(row.cells[c] ? percent(*row.cells[c]) : Absent{});
      if (row.clusters[c]) { all.push_back(*row.clusters[c]); }
    }
    cells.push_back(all.size() == paper_columns ? percent(mean_rates_of(all)[0]) : Absent{});
  }
  Section section{"The paper's table", {std::move(table)}};
  section.blocks.emplace_back(Note{
      "The paper's rows are of Qwen2.5-7B-Instruct, with 32 samples at temperature 1, and without intervals; "
      "their means are computed from the printed columns (the paper prints 27.6 for SRL). Greedy and average "
      "of "
      "one benchmark share its questions, which the interval of the mean leaves out."});
  if (measured.empty()) {
    section.blocks.emplace_back(
        Note{"No measured row: there are no records of view whole for amc23, aime24, aime25 or minerva."});
  }
  return section;
}

}  // namespace srl::analysis
