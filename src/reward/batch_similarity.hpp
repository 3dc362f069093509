#pragma once
// Similarities of a whole batch of actions: on a GPU if one is given, else on the pool's threads. Every value
// equals that of similarity() bit for bit.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/thread_pool.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"
#include "reward/similarity.hpp"

namespace srl::reward {

/// An expert step and the actions that are compared with it.
struct TextGroup {
  std::string_view target;
  std::vector<std::string_view> actions;
};
/// The same as token ids (unit token).
struct IdGroup {
  std::span<const std::int32_t> target;
  std::vector<std::span<const std::int32_t>> actions;
};

/// A GPU: the stream for the work, and memory of that GPU, aligned to 8 bytes. Batches that need more memory
/// run in parts; 64 MiB are enough for full speed.
struct GpuPlace {
  const device::Stream& stream;
  device::Span<std::byte> workspace;
};

struct BatchSimilarity {
  std::vector<double> ratios;     ///< groups one after the other, actions in order
  std::int64_t pairs_on_gpu = 0;  ///< others ran on the CPU (see pair_matching.hpp)
};

/// Runs on the CPU if `gpu` is null. EnvironmentError when the GPU fails.
BatchSimilarity batch_similarity(std::span<const TextGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const GpuPlace* gpu = nullptr);
BatchSimilarity batch_similarity(std::span<const IdGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const GpuPlace* gpu = nullptr);

}  // namespace srl::reward
