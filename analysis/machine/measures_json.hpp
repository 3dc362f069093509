#pragma once
// All measures, intervals and comparisons of a table as numbers from 0 to 1, for programs.
#include "analysis/tables/accuracy.hpp"
#include "analysis/tables/benchmark_mean.hpp"
#include "analysis/tables/model_comparison.hpp"
#include "base/json.hpp"

namespace srl::analysis {

/// All measures of a row.
Json row_json(const AccuracyRow& row);

/// {"rows": […], "means": […], "comparisons": […]}. A measure is {"value", "low", "high", "standard_error",
/// "interval"}, the last being the method of the 95% interval; pass@k is given for every k.
Json measures_json(const std::vector<AccuracyRow>& rows, const std::vector<BenchmarkMean>& means,
                   const std::vector<ModelComparison>& comparisons);

}  // namespace srl::analysis
