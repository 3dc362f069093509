#include "training/run/findings.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/counted.hpp"
#include "base/strings.hpp"
#include "job/gain.hpp"

namespace srl::training {
namespace {

using Limits = FindingLimits;

std::optional<double> number(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  return value != nullptr && value->is_number() ? std::optional(value->as_double()) : std::nullopt;
}

std::string percent(double share) {
  return cat(fixed(100 * share, share < 0.1 ? 1 : 0), "%");
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

void Findings::add(const Json& line) {
  Update update;
  const auto take = [&](std::string_view name) { return number(line, name).value_or(0); };
  update.sampled = line.find("groups") != nullptr;
  const Json* skipped = line.find("skipped");
  update.skipped = skipped != nullptr && skipped->is_bool() && skipped->as_bool();
  update.groups = take("groups");
  update.reward = take("reward_mean");
  update.format = take("format_rate");
  update.truncated = take("truncated_share");
  update.filtered = take("filtered_share");
  update.drawn = take("groups_sampled");
  update.too_long = take("prompts_too_long");
  const bool trained = !update.skipped && (!update.sampled || update.groups > 0);
  if (trained) {
    update.entropy = number(line, "entropy");
    update.gradient = number(line, "grad_norm");
  }
  if (const Json* too_long = line.find("too_long")) {
    instances_ = number(*too_long, "instances").value_or(0);
    instances_too_long_ =
        number(*too_long, "prompts").value_or(0) + number(*too_long, "completions").value_or(0);
  }
  if (update.sampled) { rewards_.push_back(update.reward); }
  if (update.entropy && first_entropies_.size() < Limits::window) {
    first_entropies_.push_back(*update.entropy);
  }
  groups_ += update.groups;
  ++updates_;
  last_.push_back(update);
  if (last_.size() > Limits::window) {
    if (last_.front().gradient) { earlier_gradients_.push_back(*last_.front().gradient); }
    last_.pop_front();
  }
  if (const Json* figures = line.find("validation")) { add_validation(*figures); }
}

void Findings::add_validation(const Json& figures) {
  similarity_ = number(figures, "similarity_given_format");
  control_ = number(figures, "control_shuffled");
  if (!first_similarity_ && similarity_ && control_) {
    first_similarity_ = similarity_;
    first_control_ = control_;
  }
}

/// The mean over the updates of the window for which `value` gives a number; NaN when there is none.
template <class Value>
double Findings::mean(Value value) const {
  double sum = 0, count = 0;
  for (const Update& update : last_) {
    if (const std::optional<double> found = value(update)) {
      sum += *found;
      ++count;
    }
  }
  return sum / count;
}

void Findings::find_in_rollouts(std::vector<Finding>& found) const {
  if (!last_.back().sampled) { return; }
  const auto of = [this](double Update::* figure) {
    return mean([figure](const Update& update) { return std::optional(update.*figure); });
  };
  const double format = of(&Update::format), truncated = of(&Update::truncated),
               filtered = of(&Update::filtered), reward = of(&Update::reward),
               empty = mean([](const Update& u) { return std::optional(u.groups == 0 ? 1.0 : 0.0); });
  const std::string where = cat(" (last ", last_.size(), " updates)");
  if (empty >= Limits::empty) {
    found.push_back(
        {"no_group",
         cat(percent(empty), " of the updates kept no group, so that they changed nothing", where,
             ": the rewards of a group must differ; their mean is ", fixed(reward, 3),
             reward > Limits::high_reward ? ", so the model can do these steps already: take harder data"
                                          : "; samples.jsonl shows what was sampled")});
  }
  const bool by_format = options_.signal.kind == objective::SignalKind::similarity ||
                         options_.signal.kind == objective::SignalKind::exact;
  if (by_format && format < Limits::format) {
    found.push_back({"format", cat("only ", percent(format), " of the completions have the right format",
                                   where, ": teach it first (jobs/presets/format_sft.ini)")});
  }
  if (truncated > Limits::truncated) {
    found.push_back(
        {"truncated", cat(percent(truncated), " of the completions are cut", where,
                          ": raise --sampling.max_new_tokens (", options_.sampling.max_new_tokens, ")")});
  }
  if (filtered > Limits::filtered && reward < Limits::high_reward && empty < Limits::empty &&
      (!by_format || format >= Limits::format)) {
    found.push_back(
        {"equal_rewards", cat("in ", percent(filtered), " of the groups all rewards are equal", where,
                              ": most of the sampling is lost; raise --sampling.temperature or "
                              "--training.group_size, or take data of another difficulty")});
  }
}

void Findings::find_in_training(std::vector<Finding>& found) const {
  const double entropy = mean([](const Update& update) { return update.entropy; }),
               gradient = mean([](const Update& update) { return update.gradient; }),
               reward = rewards_.empty() ? 1 : mean([](const Update& u) { return std::optional(u.reward); });
  if (!rewards_.empty() && first_entropies_.size() == Limits::window && entropy < Limits::entropy &&
      entropy < Limits::entropy_share * mean_of(first_entropies_) && reward < Limits::high_reward) {
    found.push_back(
        {"entropy", cat("the entropy fell from ", fixed(mean_of(first_entropies_), 3), " to ",
                        fixed(entropy, 4), " nats per token at a mean reward of ", fixed(reward, 3),
                        ": the policy always writes the same; lower --training.learning_rate or set "
                        "--objective.kl_beta")});
  }
  const auto skipped = std::count_if(last_.begin(), last_.end(), [](const Update& u) { return u.skipped; });
  if (skipped > 0) {
    found.push_back({"not_finite", cat(skipped, " of the last ", last_.size(),
                                       skipped == 1 ? " updates was" : " updates were",
                                       " skipped, because their loss or gradient was not finite: lower "
                                       "--training.learning_rate; bad_updates/ holds their instances")});
  }
  if (earlier_gradients_.size() >= Limits::window &&
      gradient > Limits::gradient * median_of(earlier_gradients_)) {
    found.push_back({"gradient", cat("the gradient norm is ", fixed(gradient, 2), ", ",
                                     fixed(gradient / median_of(earlier_gradients_), 0),
                                     " times that of the updates before: lower --training.learning_rate")});
  }
}

void Findings::find_in_data(std::vector<Finding>& found) const {
  double drawn = 0, too_long = 0;
  for (const Update& update : last_) {
    drawn += update.drawn;
    too_long += update.too_long;
  }
  const char* cure = options_.supervised()
                         ? ": raise --instance.max_prompt_tokens or --sampling.max_new_tokens"
                         : ": raise --instance.max_prompt_tokens";
  if (instances_too_long_ > Limits::too_long * instances_) {
    found.push_back({"too_long", cat(fixed(instances_too_long_, 0), " of ", fixed(instances_, 0),
                                     " training instances are too long and left out", cure)});
  } else if (too_long > 0 && too_long > Limits::too_long * (drawn + too_long)) {
    found.push_back({"too_long", cat(fixed(too_long, 0), " of the last ", fixed(drawn + too_long, 0),
                                     " prompts were too long and left out", cure)});
  }
}

/// Completions became more similar to the expert's steps, but hardly less so to steps of other problems.
bool Findings::is_style(double gain, double control) {
  return gain > Limits::similarity_gain && control >= Limits::control_share * gain;
}

void Findings::find_in_validations(std::vector<Finding>& found) const {
  if (!first_similarity_ || !similarity_ || !control_) { return; }
  const double gain = *similarity_ - *first_similarity_, control = *control_ - *first_control_;
  if (is_style(gain, control)) {
    found.push_back(
        {"control", cat("in the validations the similarity to the expert's steps rose by ", fixed(gain, 3),
                        ", but that to other questions' steps by ", fixed(control, 3),
                        ": this is a gain of style; compare samples.jsonl with the expert's steps")});
  }
}

std::vector<Finding> Findings::now() const {
  std::vector<Finding> found;
  if (last_.size() < Limits::least) { return found; }
  find_in_rollouts(found);
  find_in_training(found);
  find_in_data(found);
  find_in_validations(found);
  return found;
}

std::vector<Finding> Findings::at_end(std::optional<double> changed_share,
                                      const reward::StepSimilarities& steps) const {
  constexpr std::string_view nothing = "nothing was learned: ";
  std::vector<Finding> found;
  if (updates_ == 0) { return found; }
  if (!rewards_.empty() && groups_ == 0) {
    found.push_back({"no_group", cat(nothing, "no group was kept in ", counted(updates_, "update"),
                                     ", so that no weight was trained")});
  } else if (changed_share && *changed_share < Limits::changed_share) {
    found.push_back(
        {"weights",
         cat(nothing, "only ", fixed(100 * *changed_share, 4),
             "% of the weights differ from the start model after rounding: raise "
             "--training.learning_rate or the number of updates, or export with --export.dtype fp32")});
  }
  const std::optional<job::Gain> gain = job::gain_of(rewards_);
  if (found.empty() && gain && !gain->above_chance()) {
    constexpr std::size_t size = job::Gain::window;
    found.push_back(
        {"reward", cat(nothing, "the mean reward of the last ", size, " updates (", fixed(gain->last, 3),
                       ") is not above that of the first ", size, " (", fixed(gain->first, 3),
                       ") beyond chance: difference ", fixed(gain->value(), 3), " [", fixed(gain->low, 3),
                       ", ", fixed(gain->high, 3), "]")});
  }
  const std::optional<job::Gain> own = job::gain_of(steps.own), others = job::gain_of(steps.others);
  if (found.empty() && own && others && is_style(own->value(), others->value())) {
    found.push_back({"style", cat("nothing was learned about the steps: in the samples the similarity to the "
                                  "expert's steps rose by ",
                                  fixed(own->value(), 3), ", but that to other problems' steps by ",
                                  fixed(others->value(), 3), ": this is a gain of style")});
  }
  return found;
}

}  // namespace srl::training
