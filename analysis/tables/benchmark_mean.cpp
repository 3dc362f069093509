#include "analysis/tables/benchmark_mean.hpp"

#include <algorithm>
#include <tuple>

namespace srl::analysis {
namespace {

/// The means of one kind of completions, when every row has it.
std::vector<Estimated> means_over(const std::vector<const AccuracyRow*>& rows, Measures AccuracyRow::* kind) {
  std::vector<Clusters> benchmarks;
  std::size_t measures = SIZE_MAX;
  for (const AccuracyRow* row : rows) {
    if (!(row->*kind).present()) { return {}; }
    benchmarks.push_back((row->*kind).clusters);
    measures = std::min(measures, benchmarks.back().sums.size());
  }
  for (Clusters& clusters : benchmarks) { clusters.sums.resize(measures); }
  return mean_rates_of(benchmarks);
}

}  // namespace

std::vector<BenchmarkMean> benchmark_means(const std::vector<const AccuracyRow*>& rows) {
  std::vector<BenchmarkMean> means;
  std::vector<std::vector<const AccuracyRow*>> groups;  // in the order of their first rows
  for (const AccuracyRow* row : rows) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return std::tie(group[0]->model_identity, group[0]->view, group[0]->settings) ==
             std::tie(row->model_identity, row->view, row->settings);
    });
    (same == groups.end() ? groups.emplace_back() : *same).push_back(row);
  }
  for (const auto& group : groups) {
    if (group.size() < 2) { continue; }
    BenchmarkMean mean{group[0]->model, group[0]->view, group[0]->settings, {}, {}, {}};
    for (const AccuracyRow* row : group) { mean.benchmarks.push_back(row->benchmark); }
    mean.greedy = means_over(group, &AccuracyRow::greedy);
    mean.sampled = means_over(group, &AccuracyRow::sampled);
    mean.samples = std::max<std::int64_t>(0, std::ssize(mean.sampled) - 2);
    if (!mean.greedy.empty() || !mean.sampled.empty()) { means.push_back(std::move(mean)); }
  }
  return means;
}

std::vector<BenchmarkMean> benchmark_means(const std::vector<AccuracyRow>& rows) {
  std::vector<const AccuracyRow*> all;
  for (const AccuracyRow& row : rows) { all.push_back(&row); }
  return benchmark_means(all);
}

}  // namespace srl::analysis
