#include "reward/batch_similarity.hpp"

#include "reward/batch/batch_parts.hpp"
#include "reward/search/symbols.hpp"

namespace srl::reward {
namespace {

BatchSimilarity on_gpu(std::span<const SymbolGroup> groups, const SimilarityOptions& options,
                       ThreadPool& pool, const GpuPlace& gpu) {
  return similarity_in_parts(
      groups, options, pool,
      [&](const CodedBatch& part) { return matched_on_gpu(part, gpu.stream, gpu.workspace); },
      gpu.workspace.size());
}

// Index of each group's first result; the last entry is the total number of results.
template <class Group>
std::vector<std::size_t> starts_of(std::span<const Group> groups) {
  std::vector<std::size_t> starts = {0};
  for (const Group& group : groups) { starts.push_back(starts.back() + group.actions.size()); }
  return starts;
}

// Calls similarity_of_group(group, ratios) on the pool's threads.
template <class Group, class Body>
BatchSimilarity on_cpu(std::span<const Group> groups, ThreadPool& pool, const Body& similarity_of_group) {
  const std::vector<std::size_t> starts = starts_of(groups);
  BatchSimilarity result;
  result.ratios.resize(starts.back());
  pool.for_range(groups.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g) {
      similarity_of_group(groups[g], result.ratios.data() + starts[g]);
    }
  });
  return result;
}

}  // namespace

BatchSimilarity batch_similarity(std::span<const TextGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const GpuPlace* gpu) {
  if (gpu == nullptr) {
    return on_cpu(groups, pool, [&](const TextGroup& group, double* ratios) {
      const ExpertStep step(group.target, options);
      for (const std::string_view action : group.actions) { *ratios++ = step.similarity(action); }
    });
  }
  std::vector<SymbolGroup> symbols(groups.size());
  pool.for_range(groups.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g) {
      const TextSymbols texts(groups[g].target, options);
      symbols[g].target = texts.target();
      for (const std::string_view action : groups[g].actions) {
        symbols[g].actions.push_back(texts.action(action));
      }
    }
  });
  return on_gpu(symbols, options, pool, *gpu);
}

BatchSimilarity batch_similarity(std::span<const IdGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const GpuPlace* gpu) {
  if (gpu == nullptr) {
    return on_cpu(groups, pool, [&](const IdGroup& group, double* ratios) {
      for (const std::span<const std::int32_t> action : group.actions) {
        *ratios++ = similarity_of_ids(action, group.target, options);
      }
    });
  }
  std::vector<SymbolGroup> symbols(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    symbols[g].target.assign(groups[g].target.begin(), groups[g].target.end());
    for (const std::span<const std::int32_t> action : groups[g].actions) {
      symbols[g].actions.emplace_back(action.begin(), action.end());
    }
  }
  return on_gpu(symbols, options, pool, *gpu);
}

}  // namespace srl::reward
