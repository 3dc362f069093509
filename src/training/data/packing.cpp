#include "training/data/packing.hpp"

#include <algorithm>
#include <numeric>

namespace srl::training {
namespace {

/// Tokens of an answer in a pack: all but its last.
std::int64_t packed_length(const Completion& completion) {
  return static_cast<std::int64_t>(completion.ids.size()) - 1;
}

std::int64_t add_prompt(model::Pack& pack, const Group& group) {
  const std::int64_t begin = static_cast<std::int64_t>(pack.ids.size());
  pack.segments.push_back({.begin = begin,
                           .length = static_cast<std::int64_t>(group.prompt.size()),
                           .parent = -1,
                           .position = 0});
  pack.ids.insert(pack.ids.end(), group.prompt.begin(), group.prompt.end());
  return static_cast<std::int64_t>(pack.segments.size()) - 1;
}

void add_completion(PackedCompletions& packed, const Group& group, std::size_t group_index,
                    std::size_t completion_index, std::int64_t prompt_segment) {
  model::Pack& pack = packed.pack;
  const std::vector<std::int32_t>& ids = group.completions[completion_index].ids;
  const model::Segment prompt = pack.segments[static_cast<std::size_t>(prompt_segment)];
  const std::int64_t begin = static_cast<std::int64_t>(pack.ids.size());
  packed.completions.push_back({group_index, completion_index, pack.targets.size(), ids.size()});
  pack.rows.push_back(prompt.begin + prompt.length - 1);
  for (std::size_t t = 0; t + 1 < ids.size(); ++t) {
    pack.rows.push_back(begin + static_cast<std::int64_t>(t));
  }
  pack.targets.insert(pack.targets.end(), ids.begin(), ids.end());
  if (ids.size() > 1) {
    pack.segments.push_back({.begin = begin,
                             .length = packed_length(group.completions[completion_index]),
                             .parent = prompt_segment,
                             .position = prompt.length});
    pack.ids.insert(pack.ids.end(), ids.begin(), ids.end() - 1);
  }
}

/// Matrix products grow with the tokens, the head with the predictions, attention with tokens times context;
/// the weights are rough and only steer the spread.
double estimated_cost(const model::Pack& pack) {
  double cost = static_cast<double>(pack.ids.size()) + 0.3 * static_cast<double>(pack.rows.size());
  for (const model::Segment& s : pack.segments) {
    cost += 1e-3 * static_cast<double>(s.length) * static_cast<double>(s.position + s.length / 2);
  }
  return cost;
}

}  // namespace

std::vector<PackedCompletions> make_packs(const Batch& batch, std::int64_t budget) {
  std::vector<PackedCompletions> packs;
  PackedCompletions current;
  const auto flush = [&] {
    if (current.completions.empty()) { return; }
    current.cost = estimated_cost(current.pack);
    packs.push_back(std::move(current));
    current = {};
  };
  for (std::size_t g = 0; g < batch.size(); ++g) {
    std::int64_t prompt_segment = -1;  // of this group in the current pack
    for (std::size_t a = 0; a < batch[g].completions.size(); ++a) {
      const std::int64_t held = static_cast<std::int64_t>(current.pack.ids.size()),
                         length = packed_length(batch[g].completions[a]);
      const std::int64_t prompt = prompt_segment < 0 ? static_cast<std::int64_t>(batch[g].prompt.size()) : 0;
      if (held > 0 && held + prompt + length > budget) {
        flush();
        prompt_segment = -1;
      }
      if (prompt_segment < 0) { prompt_segment = add_prompt(current.pack, batch[g]); }
      add_completion(current, batch[g], g, a, prompt_segment);
    }
  }
  flush();
  return packs;
}

std::int64_t pack_budget(const Batch& batch, std::int64_t pack_tokens, int ranks) {
  std::int64_t total = 0;
  for (const Group& group : batch) {
    total += static_cast<std::int64_t>(group.prompt.size());
    for (const Completion& completion : group.completions) { total += packed_length(completion); }
  }
  return std::clamp<std::int64_t>(total / ranks + 1, 1, pack_tokens);
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
