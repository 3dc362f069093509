#include "reward/sampled_steps.hpp"

#include <set>

#include "reward/similarity.hpp"

namespace srl::reward {
namespace {

/// Of so many other steps a mean is exact enough.
constexpr std::size_t most_targets = 48;

std::string text_of(const Json& line, std::string_view key) {
  const Json* value = line.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

}  // namespace

void SampledSteps::add(const Json& line) {
  const Json* update = line.find("update");
  if (update == nullptr || line.find("dropped") != nullptr || text_of(line, "format_error") != "none") {
    return;
  }
  samples_[update->as_integer()].push_back(
      {text_of(line, "solution"), text_of(line, "action"), text_of(line, "target")});
}

/// Steps of different places in the run, and their solutions.
std::vector<std::pair<std::string, std::string>> SampledSteps::some_targets() const {
  std::set<std::pair<std::string, std::string>> all;
  for (const auto& [update, of_update] : samples_) {
    for (const Sample& sample : of_update) { all.emplace(sample.target, sample.solution); }
  }
  std::vector<std::pair<std::string, std::string>> some;
  std::size_t i = 0;
  for (const auto& target : all) {
    if (i++ * most_targets / all.size() >= some.size()) { some.push_back(target); }
  }
  return some;
}

StepSimilarities SampledSteps::first_and_last(std::size_t window) const {
  StepSimilarities similarities;
  if (samples_.size() < 2 * window) { return similarities; }
  const std::vector<std::pair<std::string, std::string>> targets = some_targets();
  std::size_t place = 0;
  for (const auto& [update, of_update] : samples_) {
    const std::size_t number = place++;
    if (number >= window && number + window < samples_.size()) { continue; }
    double own = 0, others = 0, compared = 0;
    for (const Sample& sample : of_update) {
      own += ExpertStep(sample.target, {}).similarity(sample.action);
      for (const auto& [target, solution] : targets) {
        if (solution == sample.solution) { continue; }
        others += ExpertStep(target, {}).similarity(sample.action);
        ++compared;
      }
    }
    if (compared == 0) { continue; }
    similarities.own.push_back(own / static_cast<double>(of_update.size()));
    similarities.others.push_back(others / compared);
  }
  return similarities;
}

}  // namespace srl::reward
