#pragma once
// Similarities of a whole batch of actions: on a GPU if place.gpu is set, else on the pool's threads. Every
// value equals that of similarity() bit for bit.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/thread_pool.hpp"
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

struct BatchPlace {
  std::optional<int> gpu;                            ///< index on this node; none = the CPU
  std::size_t device_bytes = std::size_t{64} << 20;  ///< limit of GPU memory; larger batches run in parts
};

struct BatchSimilarity {
  std::vector<double> ratios;     ///< groups one after the other, actions in order
  std::int64_t pairs_on_gpu = 0;  ///< others ran on the CPU (see pair_matching.hpp)
};

/// EnvironmentError when the GPU fails. BadOption when a GPU is requested in a build without CUDA.
BatchSimilarity batch_similarity(std::span<const TextGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const BatchPlace& place = {});
BatchSimilarity batch_similarity(std::span<const IdGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const BatchPlace& place = {});

}  // namespace srl::reward
