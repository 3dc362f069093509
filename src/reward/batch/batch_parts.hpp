#pragma once
// A batch in parts that fit a bounded memory, whatever then matches the pairs of a part.
#include <functional>

#include "reward/batch/coded_batch.hpp"
#include "reward/batch_similarity.hpp"

namespace srl::reward {

/// A target and its actions as elements.
struct SymbolGroup {
  Symbols target;
  std::vector<Symbols> actions;
};

/// Matched elements of every pair of a batch, pair_given_up where one costs too much.
using MatchBatch = std::function<std::vector<std::int64_t>(const CodedBatch&)>;

/// The batch in parts of at most `part_bytes` through `match`; on the pool's threads what does not fit one or
/// is given up.
BatchSimilarity similarity_in_parts(std::span<const SymbolGroup> groups, const SimilarityOptions& options,
                                    ThreadPool& pool, const MatchBatch& match, std::size_t part_bytes);

}  // namespace srl::reward
