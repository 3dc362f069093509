#include "training/sample/sampling.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "training/data/exchange.hpp"
#include "training/data/packing.hpp"
#include "training/sample/refill.hpp"
#include "training/sample/round_rewards.hpp"
#include "training/sample/shares.hpp"

namespace srl::training {
namespace {

struct Drawn {
  std::int64_t draw = 0;
  trajectory::InstanceKey key;
  trajectory::Instance instance;
};

/// Groups that are sampled already, by draw.
using Finished = std::map<std::int64_t, const Group*>;

/// The next `count` draws whose prompts fit. Draws whose prompts do not fit are skipped and counted.
std::vector<Drawn> next_draws(const Sampler& sampler, std::int64_t count, SampledBatch& result) {
  std::vector<Drawn> drawn;
  const std::int64_t limit = result.position + std::max<std::int64_t>(4 * sampler.dataset.size(), 1000);
  while (static_cast<std::int64_t>(drawn.size()) < count) {
    if (result.position >= limit) {
      throw BadInput("no prompt fits into instance.max_prompt_tokens: increase it or check the data");
    }
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

/// What this rank samples in the round: shares of draws that are not finished.
std::vector<Share> my_shares(const std::vector<Drawn>& drawn, const Finished& finished,
                             const Sampler& sampler) {
  std::vector<std::int64_t> prompt_tokens;
  for (const Drawn& d : drawn) { prompt_tokens.push_back(std::ssize(d.instance.prompt_ids)); }
  std::vector<Share> shares = shares_of_round(prompt_tokens, sampler.completions,
                                              sampler.sampling.max_new_tokens, sampler.world.size());
  std::erase_if(shares, [&](const Share& share) {
    return share.owner != sampler.world.rank() || finished.contains(drawn[share.drawn].draw);
  });
  return shares;
}

/// The group of a draw with this rank's completions and their scores.
Group scored_group(const Drawn& drawn, std::int64_t first, std::vector<rollout::Completion>& sampled,
                   std::vector<objective::Score>& scores, const Sampler& sampler) {
  Group group;
  group.draw = drawn.draw;
  group.k = drawn.key.k;
  group.solution = sampler.dataset.solution(drawn.key.solution).id;
  group.hold_prompt(drawn.instance.prompt_ids);
  for (std::size_t i = 0; i < sampled.size(); ++i) {
    rollout::Completion& one = sampled[i];
    objective::Score& score = scores[i];
    Completion& completion = group.completions.emplace_back();
    completion.number = static_cast<std::int32_t>(first + static_cast<std::int64_t>(i));
    completion.home = sampler.world.rank();
    completion.finish = one.finish;
    completion.reward = score.reward;
    completion.format_error = score.format_error;
    completion.masked =
        one.finish == text::Finish::length && sampler.objective.on_truncated == objective::OnTruncated::mask;
    Payload written{.ids = std::move(one.ids), .logprobs = std::move(one.logprobs)};
    if (one.policy_logprobs != written.logprobs) { written.policy_logprobs = std::move(one.policy_logprobs); }
    written.thought = std::move(score.parsed.thought);
    written.action = std::move(score.parsed.action);
    completion.hold(std::move(written));
  }
  return group;
}

/// This rank's shares of the round with their rewards, without shares that have unfinished completions.
Batch sample_share(const std::vector<Drawn>& drawn, const Finished& finished, const Sampler& sampler,
                   job::Interruption& interruption, SampledBatch& result) {
  const std::vector<Share> mine = my_shares(drawn, finished, sampler);
  std::vector<rollout::Group> asked;
  std::vector<const trajectory::Instance*> instances;
  for (const Share& share : mine) {
    const Drawn& d = drawn[share.drawn];
    asked.push_back({d.instance.prompt_ids, d.draw, share.count, share.first});
    instances.push_back(&d.instance);
  }
  if (asked.empty()) { return {}; }
  RoundRewards rewards(sampler, std::move(instances));
  Timer timer;
  rollout::Generated generated =
      sampler.generator->generate(asked, sampler.sampling, sampler.seed, RandomStream::rollout,
                                  generation_tick(interruption), rewards.beside_generation());
  result.rollout_seconds += timer.restart();
  result.figures.generated_tokens += generated.figures.generated_tokens;
  std::vector<std::vector<objective::Score>> scores = rewards.finish(generated.completions);
  result.figures.pairs_on_gpu += rewards.pairs_on_gpu();
  Batch share;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (scores[i].empty()) { continue; }
    share.push_back(
        scored_group(drawn[mine[i].drawn], mine[i].first, generated.completions[i], scores[i], sampler));
  }
  result.reward_seconds += timer.seconds();
  return share;
}

/// Number of prompts in the next round; 0 = no further round. With surplus = carry at least a whole batch,
/// because the surplus is not lost.
std::int64_t round_size(const Sampler& sampler, const KeptShare& earlier, const SampledBatch& result) {
  if (sampler.objective.round_prompts > 0) { return sampler.objective.round_prompts; }
  const SampledFigures& figures = result.figures;
  const std::int64_t size = refill_size({.rounds = figures.rounds,
                                         .sampled = figures.groups_sampled,
                                         .kept = figures.groups_sampled - figures.groups_filtered,
                                         .missing = sampler.prompts - std::ssize(result.batch),
                                         .prompts = sampler.prompts,
                                         .max_rounds = sampler.objective.max_sampling_rounds,
                                         .earlier = earlier});
  const bool carries = sampler.objective.surplus == objective::Surplus::carry;
  return carries && size > 0 ? std::max(size, sampler.prompts) : size;
}

/// Counts a sampled group. Returns true and sets its advantages when the filter keeps it.
bool keeps(Group& group, const Sampler& sampler, SampledBatch& result) {
  result.figures.count(group);
  std::vector<double> rewards;
  for (const Completion& rollout : group.completions) { rewards.push_back(rollout.reward); }
  if (!objective::keeps_group(rewards, sampler.objective)) {
    ++result.figures.groups_filtered;
    return false;
  }
  const std::vector<double> advantages = objective::advantages(rewards, sampler.objective);
  for (std::size_t a = 0; a < advantages.size(); ++a) { group.completions[a].advantage = advantages[a]; }
  return true;
}

void drop(Group group, Dropped reason, SampledBatch& result) {
  group.dropped = reason;
  result.dropped.push_back(std::move(group));
}

void take_carried(const Batch& carried, const Sampler& sampler, SampledBatch& result) {
  for (const Group& group : carried) {
    if (std::ssize(result.batch) >= sampler.prompts) {  // a group is carried for one update at most
      drop(group, Dropped::surplus, result);
      continue;
    }
    result.batch.push_back(group);
    result.batch.back().carried = true;
  }
  result.figures.groups_carried = std::ssize(result.batch);
}

/// The round's whole groups of all ranks, including those sampled before a stop, in the order of their draws.
/// After a stop, a group whose shares are not all finished is left out.
Batch groups_of_round(const Batch& share, const std::vector<Drawn>& drawn, const Finished& known,
                      const Sampler& sampler) {
  Batch groups = gather_headers(share, sampler.world);
  std::erase_if(groups,
                [&](const Group& group) { return std::ssize(group.completions) < sampler.completions; });
  for (const Drawn& d : drawn) {
    if (const auto found = known.find(d.draw); found != known.end()) { groups.push_back(*found->second); }
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.draw < b.draw; });
  return groups;
}

/// Puts kept groups into the batch, in the order of their draws. When the batch is full, the others are
/// surplus.
void take_round(Batch groups, const Sampler& sampler, SampledBatch& result) {
  ++result.figures.rounds;
  for (Group& group : groups) {
    if (!keeps(group, sampler, result)) {
      drop(std::move(group), Dropped::equal_rewards, result);
      continue;
    }
    const bool fits = std::ssize(result.batch) < sampler.prompts;
    result.figures.groups_surplus += !fits;
    if (fits) {
      result.batch.push_back(std::move(group));
    } else if (sampler.objective.surplus == objective::Surplus::carry) {
      result.surplus.push_back(std::move(group));
    } else {
      drop(std::move(group), Dropped::surplus, result);
    }
  }
}

/// Groups that a dropped update keeps for its next attempt: those of earlier attempts and of this one, each
/// once, in the order of their draws.
Batch all_finished(const Batch& before, Batch sampled) {
  sampled.insert(sampled.end(), before.begin(), before.end());
  std::stable_sort(sampled.begin(), sampled.end(),
                   [](const Group& a, const Group& b) { return a.draw < b.draw; });
  sampled.erase(std::unique(sampled.begin(), sampled.end(),
                            [](const Group& a, const Group& b) { return a.draw == b.draw; }),
                sampled.end());
  return sampled;
}

}  // namespace

std::function<void(std::int64_t)> generation_tick(job::Interruption& interruption) {
  return [&interruption](std::int64_t) {
    interruption.progress();
    if (interruption.leaving()) { throw rollout::LeaveEarly{}; }
  };
}

SampledBatch sample_batch(const Sampler& sampler, std::int64_t position, const Batch& carried,
                          const Batch& finished, const KeptShare& earlier, job::Interruption& interruption) {
  SampledBatch result;
  result.position = position;
  Finished known;
  for (const Group& group : finished) { known.emplace(group.draw, &group); }
  Batch sampled;  // groups of all rounds, kept or not: a stop must not lose them
  take_carried(carried, sampler, result);
  while (!result.stopped && result.figures.rounds < sampler.objective.max_sampling_rounds &&
         std::ssize(result.batch) < sampler.prompts) {
    const std::int64_t size = round_size(sampler, earlier, result);
    if (size == 0) { break; }
    result.stopped = interruption.agreed_to_drop();
    if (result.stopped) { break; }
    const std::vector<Drawn> drawn = next_draws(sampler, size, result);
    const Batch share = sample_share(drawn, known, sampler, interruption, result);
    // A rank that left early has seen a stop request. Here all ranks learn of it. The groups finished so far
    // are exchanged in any case.
    result.stopped = interruption.agreed_to_drop();
    Batch groups = groups_of_round(share, drawn, known, sampler);
    sampled.insert(sampled.end(), groups.begin(), groups.end());
    if (!result.stopped) { take_round(std::move(groups), sampler, result); }
  }
  result.finished = all_finished(finished, std::move(sampled));
  if (result.stopped) { return result; }
  result.figures.groups = std::ssize(result.batch);
  job::combine_over_ranks(result.figures, sampler.world);
  return result;
}

}  // namespace srl::training
