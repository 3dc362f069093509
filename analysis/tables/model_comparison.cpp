#include "analysis/tables/model_comparison.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "analysis/measure/paired_tests.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

constexpr std::size_t most_pairwise = 5;

/// None where there is nothing to compare: no common question, or samples of different settings.
std::optional<ModelComparison> compared(const AccuracyRow& first, const AccuracyRow& second, bool greedy) {
  if (!greedy && first.sampling != second.sampling) { return {}; }
  const Measures& ours = greedy ? first.greedy : first.sampled;
  const Measures& theirs = greedy ? second.greedy : second.sampled;
  ModelComparison result{first.benchmark, first.view, first.settings, first.model, second.model, greedy};
  Clusters differences{{}, {{}}, 0, true};
  std::optional<std::int64_t> last;
  auto other = theirs.questions.begin();
  for (const QuestionResult& question : ours.questions) {
    while (other != theirs.questions.end() && other->place < question.place) { ++other; }
    if (other == theirs.questions.end() || other->place != question.place) { continue; }
    ++result.questions;
    const bool same_cluster = last == question.place.cluster;
    if (!same_cluster) {
      differences.sizes.push_back(0);
      differences.sums[0].push_back(0);
    }
    last = question.place.cluster;
    differences.sizes.back() += 1;
    differences.sums[0].back() += question.share() - other->share();
    differences.trials += std::min(question.samples, other->samples);
    differences.single = differences.single && !same_cluster && question.samples == 1 && other->samples == 1;
  }
  if (result.questions == 0) { return {}; }
  result.left_out = std::ssize(ours.questions) + std::ssize(theirs.questions) - 2 * result.questions;
  result.clusters = std::ssize(differences.sizes);
  result.difference = paired_difference(differences);
  return result;
}

}  // namespace

ModelComparisons compare_models(const std::vector<AccuracyRow>& rows) {
  ModelComparisons all;
  const auto group_of = [](const AccuracyRow& row) {
    return std::tie(row.benchmark_content, row.view, row.common_settings);
  };
  std::vector<const AccuracyRow*> left;
  for (const AccuracyRow& row : rows) { left.push_back(&row); }
  while (!left.empty()) {
    const AccuracyRow* head = left.front();
    const auto rest = std::stable_partition(
        left.begin(), left.end(), [&](const AccuracyRow* row) { return group_of(*row) == group_of(*head); });
    const std::vector<const AccuracyRow*> group(left.begin(), rest);
    left.erase(left.begin(), rest);
    const std::size_t bases = group.size() > most_pairwise ? 1 : group.size();
    if (group.size() > most_pairwise) {
      all.with_first_only.push_back(cat(group[0]->benchmark, ", ", group[0]->view));
    }
    for (std::size_t base = 0; base < bases; ++base) {
      for (std::size_t other = base + 1; other < group.size(); ++other) {
        for (const bool greedy : {true, false}) {
          auto comparison = compared(*group[other], *group[base], greedy);
          if (comparison) { all.rows.push_back(std::move(*comparison)); }
        }
      }
    }
  }
  std::vector<double> p;
  for (const ModelComparison& row : all.rows) { p.push_back(row.difference.p); }
  p = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i) { all.rows[i].p_holm = p[i]; }
  return all;
}

std::string verdict_of(const ModelComparison& comparison) {
  if (comparison.p_holm >= 0.05) { return "cannot be told apart with this many questions"; }
  return cat(comparison.difference.value > 0 ? comparison.first : comparison.second, " is better");
}

}  // namespace srl::analysis
