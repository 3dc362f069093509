#include "training/sampling.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "training/packing.hpp"

namespace srl::training {
namespace {

struct Drawn {
  std::int64_t draw = 0;
  trajectory::InstanceKey key;
  trajectory::Instance instance;
};

/// The next `count` draws whose prompts fit; those that do not consume their number and are counted.
std::vector<Drawn> next_draws(const Sampler& sampler, std::int64_t count, SampledBatch& result) {
  std::vector<Drawn> drawn;
  const std::int64_t limit = result.position + std::max<std::int64_t>(4 * sampler.dataset.size(), 1000);
  while (static_cast<std::int64_t>(drawn.size()) < count) {
    if (result.position >= limit) throw BadInput("no prompt fits into instance.max_prompt_tokens");
    const std::int64_t draw = result.position++;
    const trajectory::InstanceKey key = sampler.dataset.draw(sampler.seed, draw);
    trajectory::Instance instance = sampler.view.render(sampler.dataset.solution(key.solution), key.k);
    if (static_cast<std::int64_t>(instance.prompt_ids.size()) > sampler.max_prompt_tokens) {
      ++result.skipped_long;
      continue;
    }
    drawn.push_back({draw, key, std::move(instance)});
  }
  return drawn;
}

/// Indices of this rank's draws: by estimated cost, never by measured time.
std::vector<std::size_t> my_share(const std::vector<Drawn>& drawn, const Sampler& sampler) {
  std::vector<double> costs;
  for (const Drawn& d : drawn) {
    costs.push_back(static_cast<double>(d.instance.prompt_ids.size()) + static_cast<double>(sampler.answers * sampler.sampling.max_new_tokens));
  }
  const std::vector<int> owner = spread(costs, sampler.world.size());
  std::vector<std::size_t> mine;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (owner[i] == sampler.world.rank()) mine.push_back(i);
  }
  return mine;
}

/// Rewards of one group's answers, in parallel over the groups of the round.
void score_group(const Drawn& drawn, const Sampler& sampler, Group& group) {
  const objective::Scorer scorer(sampler.signal, drawn.instance.target, drawn.instance.answer);
  for (Rollout& rollout : group.answers) {
    const std::string text = drawn.instance.prefill + sampler.tokenizer.decode(rollout.ids, true);
    const bool truncated = rollout.finish_reason == "length";
    const objective::Score score = scorer.score(text, truncated);
    rollout.reward = score.reward;
    rollout.format_error = score.format_error;
    rollout.thought = score.parsed.thought;
    rollout.action = score.parsed.action;
    rollout.masked = truncated && sampler.objective.truncated == "mask";
  }
}

Batch sample_share(const std::vector<Drawn>& drawn, const Sampler& sampler, const std::function<void()>& tick, SampledBatch& result) {
  const std::vector<std::size_t> mine = my_share(drawn, sampler);
  std::vector<rollout::Group> asked;
  for (std::size_t i : mine) asked.push_back({drawn[i].instance.prompt_ids, drawn[i].draw, sampler.answers, 0});
  Timer timer;
  rollout::Generated generated;
  if (!asked.empty()) generated = sampler.generator->generate(asked, sampler.sampling, sampler.seed, Stream::rollout, [&](std::int64_t) { tick(); });
  result.rollout_seconds += timer.restart();
  result.generated_tokens += generated.figures.generated_tokens;
  Batch share(mine.size());
  sampler.pool.for_range(mine.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const Drawn& d = drawn[mine[i]];
      Group& group = share[i];
      group.draw = d.draw;
      group.k = d.key.k;
      group.solution = sampler.dataset.solution(d.key.solution).id;
      group.prompt = d.instance.prompt_ids;
      for (rollout::Answer& answer : generated.answers[i]) {
        Rollout& rollout = group.answers.emplace_back();
        rollout.ids = std::move(answer.ids);
        rollout.logprobs = std::move(answer.logprobs);
        rollout.finish_reason = answer.finish_reason;
      }
      score_group(d, sampler, group);
    }
  });
  result.reward_seconds += timer.seconds();
  return share;
}

/// Everyone's shares, in instance order.
Batch gather_groups(const Batch& share, const comm::Communicator& world) {
  if (world.size() == 1) return share;
  Batch all;
  for (const std::string& lines : world.all_gather(batch_to_lines(share, true))) {
    for (Group& group : batch_from_lines(lines, "rollouts of another rank")) all.push_back(std::move(group));
  }
  std::sort(all.begin(), all.end(), [](const Group& a, const Group& b) { return a.draw < b.draw; });
  return all;
}

void count_rollouts(const Group& group, SampledBatch& result) {
  ++result.groups_sampled;
  result.groups_rewarded += std::any_of(group.answers.begin(), group.answers.end(), [](const Rollout& r) { return r.reward > 0; });
  for (const Rollout& rollout : group.answers) {
    ++result.rollouts_sampled;
    result.reward_sum += rollout.reward;
    result.reward_square_sum += rollout.reward * rollout.reward;
    result.answer_tokens += static_cast<std::int64_t>(rollout.ids.size());
    result.truncated += rollout.finish_reason == "length";
    if (rollout.format_error == "none") ++result.format_right;
    else ++result.format_errors[rollout.format_error];
    const std::int64_t bin = std::clamp<std::int64_t>(std::llround(std::floor((rollout.reward + 1.1) * 10 + 1e-9)), 0, 21);
    ++result.histogram[static_cast<std::size_t>(bin)];
  }
}

}  // namespace

SampledBatch sample_batch(const Sampler& sampler, std::int64_t position, const std::function<bool()>& stop,
                          const std::function<void()>& tick) {
  SampledBatch result;
  result.position = position;
  result.histogram.assign(22, 0);
  while (result.rounds < sampler.objective.max_sampling_rounds && static_cast<std::int64_t>(result.batch.size()) < sampler.prompts) {
    if ((result.stopped = stop())) return result;
    const std::int64_t missing = sampler.prompts - static_cast<std::int64_t>(result.batch.size());
    const std::vector<Drawn> drawn = next_draws(sampler, missing, result);
    Batch share;
    try {
      share = sample_share(drawn, sampler, tick, result);
    } catch (const LeaveEarly&) {
    }
    // A rank that left early has seen a request that all learn of here, before anything is exchanged.
    if ((result.stopped = stop())) return result;
    ++result.rounds;
    for (Group& group : gather_groups(share, sampler.world)) {
      count_rollouts(group, result);
      std::vector<double> rewards;
      for (const Rollout& rollout : group.answers) rewards.push_back(rollout.reward);
      if (!objective::keeps_group(rewards, sampler.objective)) {
        ++result.groups_filtered;
        continue;
      }
      const std::vector<double> advantages = objective::advantages(rewards, sampler.objective);
      for (std::size_t a = 0; a < advantages.size(); ++a) group.answers[a].advantage = advantages[a];
      result.batch.push_back(std::move(group));
    }
  }
  return result;
}

}  // namespace srl::training
