#include "training/data/packing.hpp"

#include <algorithm>
#include <numeric>

namespace srl::training {
namespace {

/// Tokens of a completion in a pack: all except its last.
std::int64_t packed_length(const Completion& completion) {
  return completion.tokens - 1;
}

/// Token budget of a pack: at most `pack_tokens`, and small enough that `ranks` ranks get about equal work.
std::int64_t pack_budget(const Batch& batch, std::int64_t pack_tokens, int ranks) {
  std::int64_t total = 0;
  for (const Group& group : batch) {
    total += group.prompt_tokens;
    for (const Completion& completion : group.completions) { total += packed_length(completion); }
  }
  return std::clamp<std::int64_t>(total / ranks + 1, 1, pack_tokens);
}

/// Attention of a segment: its tokens times their context.
double attention_cost(std::int64_t length, std::int64_t position) {
  return 1e-3 * static_cast<double>(length) * static_cast<double>(position + length / 2);
}

/// Cost of matrix products is proportional to tokens, of the head to predictions, of attention to tokens
/// times context. The factors are rough; they only affect how packs are spread over ranks.
double estimated_cost(const Batch& batch, const PlannedPack& plan) {
  std::int64_t predictions = 0;
  for (const PlannedPack::Place& place : plan.completions) {
    predictions += batch[place.group].completions[place.completion].tokens;
  }
  double cost = static_cast<double>(plan.tokens) + 0.3 * static_cast<double>(predictions);
  const Group* open = nullptr;  // group whose prompt was counted last
  for (const PlannedPack::Place& place : plan.completions) {
    const Group& group = batch[place.group];
    if (&group != open) { cost += attention_cost(group.prompt_tokens, 0); }
    open = &group;
    cost += attention_cost(packed_length(group.completions[place.completion]), group.prompt_tokens);
  }
  return cost;
}

std::int64_t add_prompt(model::Pack& pack, const std::vector<std::int32_t>& prompt) {
  pack.segments.push_back(
      {.begin = std::ssize(pack.ids), .length = std::ssize(prompt), .parent = -1, .position = 0});
  pack.ids.insert(pack.ids.end(), prompt.begin(), prompt.end());
  return std::ssize(pack.segments) - 1;
}

void add_completion(PackedCompletions& packed, const PlannedPack::Place& place,
                    const std::vector<std::int32_t>& ids, std::int64_t prompt_segment) {
  model::Pack& pack = packed.pack;
  const model::Segment prompt = pack.segments[static_cast<std::size_t>(prompt_segment)];
  const std::int64_t begin = std::ssize(pack.ids), length = std::ssize(ids) - 1;
  packed.completions.push_back({place.group, place.completion, pack.targets.size(), ids.size()});
  pack.rows.push_back(prompt.begin + prompt.length - 1);
  for (std::int64_t t = 0; t < length; ++t) { pack.rows.push_back(begin + t); }
  pack.targets.insert(pack.targets.end(), ids.begin(), ids.end());
  if (length > 0) {
    pack.segments.push_back(
        {.begin = begin, .length = length, .parent = prompt_segment, .position = prompt.length});
    pack.ids.insert(pack.ids.end(), ids.begin(), ids.end() - 1);
  }
}

}  // namespace

std::vector<PlannedPack> plan_packs(const Batch& batch, std::int64_t pack_tokens, int ranks) {
  const std::int64_t budget = pack_budget(batch, pack_tokens, ranks);
  std::vector<PlannedPack> packs;
  for (std::size_t g = 0; g < batch.size(); ++g) {
    bool holds_prompt = false;  // of this group, in the last pack
    for (std::size_t c = 0; c < batch[g].completions.size(); ++c) {
      const std::int64_t length = packed_length(batch[g].completions[c]);
      const std::int64_t prompt = holds_prompt ? 0 : batch[g].prompt_tokens;
      const std::int64_t held = packs.empty() ? 0 : packs.back().tokens;
      if (packs.empty() || (held > 0 && held + prompt + length > budget)) {
        packs.emplace_back();
        holds_prompt = false;
      }
      packs.back().tokens += (holds_prompt ? 0 : batch[g].prompt_tokens) + length;
      holds_prompt = true;
      packs.back().completions.push_back({g, c});
    }
  }
  std::vector<double> costs;
  for (PlannedPack& pack : packs) { costs.push_back(pack.cost = estimated_cost(batch, pack)); }
  const std::vector<int> owners = spread(costs, ranks);
  for (std::size_t p = 0; p < packs.size(); ++p) { packs[p].owner = owners[p]; }
  return packs;
}

Receivers owners_of(const std::vector<PlannedPack>& packs, const Batch& batch) {
  std::vector<std::size_t> first(batch.size(), 0);  // of each group, among all completions
  for (std::size_t g = 1; g < batch.size(); ++g) {
    first[g] = first[g - 1] + batch[g - 1].completions.size();
  }
  Receivers owners = all_to(no_rank, batch);
  for (const PlannedPack& pack : packs) {
    for (const PlannedPack::Place& place : pack.completions) {
      owners[first[place.group] + place.completion] = pack.owner;
    }
  }
  return owners;
}

PackedCompletions build_pack(const Batch& batch, const PlannedPack& plan) {
  PackedCompletions packed;
  const Group* open = nullptr;  // group whose prompt is in the pack
  std::int64_t prompt_segment = -1;
  for (const PlannedPack::Place& place : plan.completions) {
    const Group& group = batch[place.group];
    if (&group != open) { prompt_segment = add_prompt(packed.pack, group.prompt_ids()); }
    open = &group;
    add_completion(packed, place, group.completions[place.completion].written().ids, prompt_segment);
  }
  return packed;
}

std::vector<int> spread(const std::vector<double>& costs, int ranks) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<double> load(static_cast<std::size_t>(ranks), 0);
  std::vector<int> owner(costs.size());
  for (std::size_t i : order) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += costs[i];
    owner[i] = static_cast<int>(least - load.begin());
  }
  return owner;
}

}  // namespace srl::training
