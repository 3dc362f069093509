#include "analysis/runs/style.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "reward/similarity.hpp"

namespace srl::analysis {
namespace {

/// Of so many other steps a mean is exact enough.
constexpr std::size_t most_targets = 48;

struct Sample {
  std::string solution, action, target;
};

std::string text_of(const Json& line, std::string_view key) {
  const Json* value = line.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

std::map<std::int64_t, std::vector<Sample>> used_samples(const TrainingRun& run) {
  std::map<std::int64_t, std::vector<Sample>> samples;
  each_update(run.folder / "samples.jsonl", [&](const Json& line, std::int64_t update) {
    if (line.find("dropped") != nullptr || text_of(line, "format_error") != "none") { return; }
    samples[update].push_back({text_of(line, "solution"), text_of(line, "action"), text_of(line, "target")});
  });
  return samples;
}

/// Steps of different places in the run, and their solutions.
std::vector<std::pair<std::string, std::string>> some_targets(
    const std::map<std::int64_t, std::vector<Sample>>& samples) {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& [update, of_update] : samples) {
    for (const Sample& sample : of_update) { all.emplace(sample.target, sample.solution); }
  }
  std::vector<std::pair<std::string, std::string>> some;
  std::size_t i = 0;
  for (const auto& target : all) {
    if (i++ * most_targets / all.size() >= some.size()) { some.push_back(target); }
  }
  return some;
}

}  // namespace

SampleSimilarities sample_similarities(const TrainingRun& run, std::size_t window) {
  std::map<std::int64_t, std::vector<Sample>> samples = used_samples(run);
  if (samples.size() < 2 * window) { return {}; }
  const std::vector<std::pair<std::string, std::string>> targets = some_targets(samples);
  samples.erase(std::next(samples.begin(), static_cast<std::ptrdiff_t>(window)),
                std::prev(samples.end(), static_cast<std::ptrdiff_t>(window)));
  SampleSimilarities similarities;
  for (const auto& [update, of_update] : samples) {
    double own = 0, others = 0, compared = 0;
    for (const Sample& sample : of_update) {
      own += reward::ExpertStep(sample.target, {}).similarity(sample.action);
      for (const auto& [target, solution] : targets) {
        if (solution == sample.solution) { continue; }
        others += reward::ExpertStep(target, {}).similarity(sample.action);
        ++compared;
      }
    }
    if (compared == 0) { continue; }
    similarities.own.push_back(own / static_cast<double>(of_update.size()));
    similarities.others.push_back(others / compared);
  }
  return similarities;
}

bool is_style(double own_gain, double others_gain) {
  constexpr double least_gain = 0.02, share = 0.8;
  return own_gain > least_gain && others_gain >= share * own_gain;
}

}  // namespace srl::analysis
