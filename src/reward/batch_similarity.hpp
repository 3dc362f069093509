#pragma once
// Similarities of a whole batch of answers at once: on a GPU where the build and the machine have one, else
// on the pool's threads. Every value equals similarity()'s bit for bit, whatever computes it.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/thread_pool.hpp"
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

struct BatchPlace {
  std::optional<int> gpu;  ///< index on this node; none = the CPU
  std::size_t device_bytes = std::size_t{64}
                             << 20;  ///< of GPU memory at most; a larger batch goes through it in parts
};

struct BatchSimilarity {
  std::vector<double> ratios;  ///< groups one after the other, actions in order
  std::int64_t pairs_on_gpu =
      0;  ///< the others were too long or too costly for it (pair_matching.hpp) and were done by the CPU
};

/// EnvironmentError when the GPU refuses; BadOption: a GPU asked for in a build without CUDA.
BatchSimilarity batch_similarity(std::span<const TextGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const BatchPlace& place = {});
BatchSimilarity batch_similarity(std::span<const IdGroup> groups, const SimilarityOptions& options,
                                 ThreadPool& pool, const BatchPlace& place = {});

}  // namespace srl::reward
