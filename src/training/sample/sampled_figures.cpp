#include "training/sample/sampled_figures.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

std::size_t histogram_bin(double reward) {
  const double bin = std::floor((reward + 1.1) * 10 + 1e-9);  // 0.3 must not fall below its bin by rounding
  return static_cast<std::size_t>(std::clamp<std::int64_t>(std::llround(bin), 0, 21));
}

}  // namespace

void SampledFigures::count(const Group& group) {
  ++groups_sampled;
  groups_rewarded += std::any_of(group.completions.begin(), group.completions.end(),
                                 [](const Completion& completion) { return completion.reward > 0; });
  for (const Completion& completion : group.completions) {
    ++rollouts_sampled;
    reward_sum += completion.reward;
    reward_square_sum += completion.reward * completion.reward;
    completion_tokens += completion.tokens;
    truncated += completion.finish == text::Finish::length;
    const bool right = completion.format_error == reward::FormatError::none;
    format_right += right;
    if (!right) { ++format_errors[word(completion.format_error)]; }
    ++histogram[histogram_bin(completion.reward)];
  }
}

void EmptyUpdates::count(const SampledFigures& sampled) {
  if (sampled.groups > 0) {
    *this = {};
    return;
  }
  ++updates;
  groups += sampled.groups_sampled;
  completions += sampled.rollouts_sampled;
  format_right += sampled.format_right;
  truncated += sampled.truncated;
  reward_sum += sampled.reward_sum;
}

std::string EmptyUpdates::text() const {
  return cat(counted(updates, "update"), " in a row kept no group: of ", counted(groups, "sampled group"),
             " none has rewards that differ (", counted(completions, "completion"), ", ", format_right,
             " with right format, ", truncated, " cut at sampling.max_new_tokens, mean reward ",
             fixed(job::per(reward_sum, completions), 3), ")");
}

double SampledFigures::reward_deviation() const {
  const double mean = reward_mean();
  return std::sqrt(std::max(0.0, job::per(reward_square_sum, rollouts_sampled) - mean * mean));
}

}  // namespace srl::training
