#pragma once
// Groups → packs under a token budget, spread over ranks by estimated cost. A group's prompt occurs once per
// pack. The plan needs only lengths, so all ranks make the same plan. A pack is built on the rank that holds
// its tokens.
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

/// A pack before it is built: some completions of the batch, in order.
struct PlannedPack {
  struct Place {
    std::size_t group = 0, completion = 0;
  };
  std::vector<Place> completions;
  std::int64_t tokens = 0;
  double cost = 0;  ///< estimated work, for the spread over ranks
  int owner = 0;    ///< the rank that computes it
};

/// Plans packs that hold every completion of the batch exactly once, in order. A pack holds at most
/// `pack_tokens` tokens, and fewer if `ranks` ranks then get about equal work. It always holds at least one
/// completion, even a longer one.
std::vector<PlannedPack> plan_packs(const Batch& batch, std::int64_t pack_tokens, int ranks);

/// The rank that trains on each completion.
Receivers owners_of(const std::vector<PlannedPack>& packs, const Batch& batch);

/// A completion of n ids has n predictions: the first from the prompt's last token, the others from its own
/// tokens. Its last id is predicted, but is not an input.
PackedCompletions build_pack(const Batch& batch, const PlannedPack& plan);

/// Returns the rank of each piece of work. The most expensive piece goes first, always to the rank with the
/// least work so far. The same on every rank.
std::vector<int> spread(const std::vector<double>& costs, int ranks);

}  // namespace srl::training
