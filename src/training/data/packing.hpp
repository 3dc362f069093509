#pragma once
// Groups → packs under a token budget, the group's prompt once per pack, spread over ranks by estimated cost.
// The plan needs lengths only, so all ranks make the same one; a pack is built where its tokens are held.
#include <cstdint>
#include <vector>

#include "model/pack.hpp"
#include "training/data/batch.hpp"
#include "training/data/exchange.hpp"

namespace srl::training {

/// Where a completion's predictions are in a pack.
struct PackedCompletion {
  std::size_t group = 0, completion = 0;  ///< into the batch
  std::size_t first = 0, count = 0;       ///< predictions [first, first + count) of the pack
};

struct PackedCompletions {
  model::Pack pack;
  std::vector<PackedCompletion> completions;
};

/// A pack to be: some completions of the batch, in order.
struct PlannedPack {
  struct Place {
    std::size_t group = 0, completion = 0;
  };
  std::vector<Place> completions;
  std::int64_t tokens = 0;
  double cost = 0;  ///< estimated work, for the spread over ranks
  int owner = 0;    ///< the rank that computes it
};

/// Every completion of the batch exactly once, in order. A pack holds at most `pack_tokens` tokens, and fewer
/// where that gives `ranks` ranks work of about equal size, but always at least one completion.
std::vector<PlannedPack> plan_packs(const Batch& batch, std::int64_t pack_tokens, int ranks);

/// The rank that trains on each completion.
Receivers owners_of(const std::vector<PlannedPack>& packs, const Batch& batch);

/// A completion of n ids has n predictions: the first from the prompt's last token, the others from its own
/// tokens; its last id is predicted only.
PackedCompletions build_pack(const Batch& batch, const PlannedPack& plan);

/// Rank of each piece of work: dearest first, each to the rank with least so far. The same on every rank.
std::vector<int> spread(const std::vector<double>& costs, int ranks);

}  // namespace srl::training
