#pragma once
// Groups → packs under a token budget, the group's prompt once a pack, spread over ranks by estimated cost.
#include <cstdint>
#include <vector>

#include "model/pack.hpp"
#include "training/data/batch.hpp"

namespace srl::training {

/// Where an answer's predictions lie in a pack.
struct PackedCompletion {
  std::size_t group = 0, completion = 0;  ///< into the batch
  std::size_t first = 0, count = 0;       ///< predictions [first, first + count) of the pack
};

struct PackedCompletions {
  model::Pack pack;
  std::vector<PackedCompletion> completions;
  double cost = 0;  ///< estimated work, for the spread over ranks
};

/// Every answer of the batch exactly once, in order. An answer of n ids has n predictions: the first from the
/// prompt's last token, the others from its own tokens; its last id is predicted only. A pack holds at most
/// `budget` tokens, but always at least one answer.
std::vector<PackedCompletions> make_packs(const Batch& batch, std::int64_t budget);

/// Token budget that gives `ranks` ranks work of about equal size without passing `pack_tokens`.
std::int64_t pack_budget(const Batch& batch, std::int64_t pack_tokens, int ranks);

/// Rank of each pack: dearest first, each to the rank with least so far. The same on every rank.
std::vector<int> spread(const std::vector<double>& costs, int ranks);

}  // namespace srl::training
