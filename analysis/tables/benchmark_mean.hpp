#pragma once
// The mean of one model over several benchmarks, as in the paper's table.
#include <string>
#include <vector>

#include "analysis/tables/accuracy.hpp"

namespace srl::analysis {

struct BenchmarkMean {
  std::string model, view, settings;
  std::vector<std::string> benchmarks;
  std::vector<Estimated> greedy, sampled;  ///< of the benchmarks that have both kinds; empty: not all have it
  std::int64_t samples = 0;                ///< fewest per question; sampled[1 + k] is pass@k up to it
};

/// One for each model, view and settings with at least two benchmarks. Every benchmark has the same weight
/// and is resampled within itself. greedy and sampled: accuracy, majority, pass@1, …
std::vector<BenchmarkMean> benchmark_means(const std::vector<const AccuracyRow*>& rows);
std::vector<BenchmarkMean> benchmark_means(const std::vector<AccuracyRow>& rows);

}  // namespace srl::analysis
