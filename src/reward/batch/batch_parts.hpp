#pragma once
// Splits a batch into parts of limited size. The function that matches the pairs of a part is passed in.
#include <functional>

#include "reward/batch/coded_batch.hpp"
#include "reward/batch_similarity.hpp"

namespace srl::reward {

/// A target and its actions as sequences of elements.
struct SymbolGroup {
  Symbols target;
  std::vector<Symbols> actions;
};

/// Returns the matched elements of every pair of a batch; pair_given_up for pairs that cost too much.
using MatchBatch = std::function<std::vector<std::int64_t>(const CodedBatch&)>;

/// Computes the batch with `match`, in parts of at most `part_bytes`. Pairs that do not fit or are given up
/// are computed on the pool's threads.
BatchSimilarity similarity_in_parts(std::span<const SymbolGroup> groups, const SimilarityOptions& options,
                                    ThreadPool& pool, const MatchBatch& match, std::size_t part_bytes);

}  // namespace srl::reward
