#pragma once
// Similarities of a whole batch of completions at once: on the pool's threads, or on a GPU. Every value
// equals similarity()'s bit for bit, whatever computes it.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/thread_pool.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"
#include "reward/similarity.hpp"

namespace srl::reward {

/// An expert step and the answers' actions.
struct TextGroup {
  std::string_view target;
  std::vector<std::string_view> actions;
};
/// The same as token ids (unit token).
struct IdGroup {
  std::span<const std::int32_t> target;
  std::vector<std::span<const std::int32_t>> actions;
};

/// A GPU to use: work goes into its stream, and into this memory of it (aligned to 8 bytes; 64 MiB are
/// plenty), which a larger batch goes through in parts.
struct GpuPlace {
  const device::Stream& stream;
  device::Span<std::byte> workspace;
};

struct BatchSimilarity {
  std::vector<double> ratios;  ///< groups one after the other, actions in order
  std::int64_t pairs_on_gpu =
      0;  ///< the others were too long or too costly for it (pair_matching.hpp) and were done by the CPU
};

/// Without a `gpu` on the CPU.
BatchSimilarity batch_similarity(std::span<const TextGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const GpuPlace* gpu = nullptr);
BatchSimilarity batch_similarity(std::span<const IdGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const GpuPlace* gpu = nullptr);

}  // namespace srl::reward
