#pragma once
// The tables of rows of accuracy, in per cent.
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/benchmark_mean.hpp"

namespace srl::analysis {

Cell percent(const Estimated& rate);  ///< with its interval

/// Whether a column must tell the settings of rows apart.
bool differ_in_settings(const std::vector<AccuracyRow>& rows);

/// A row under a name in the column of benchmarks.
struct ShownRow {
  std::string benchmark;
  const AccuracyRow* row = nullptr;
};
std::vector<ShownRow> shown(const std::vector<AccuracyRow>& rows);

/// One row each. A row without completions has empty cells.
Table accuracy_table(const std::vector<ShownRow>& rows, bool settings);
/// The rows with at least two samples per question, for powers of two.
Table pass_table(const std::vector<ShownRow>& rows, bool settings);
/// `of`: what the benchmarks' questions are, in the name of a row: "3 benchmarks" and this.
Table mean_table(const std::vector<BenchmarkMean>& means, bool settings, const std::string& of = "");

}  // namespace srl::analysis
