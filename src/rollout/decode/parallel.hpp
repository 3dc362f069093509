#pragma once
// Parallel loops like model::parallel_for (on the threads of LibTorch's products), which also pass the slice
// number to select scratch memory.
#include <algorithm>
#include <cstdint>

#include "model/parallel.hpp"

namespace srl::rollout {

inline int threads() {
  return model::compute_threads();
}

/// body(begin, end, slice) over [0, count), slice in [0, threads()), with at most count / grain slices
/// (rounded up).
template <class F>
void parallel_for(std::int64_t count, std::int64_t grain, F&& body) {
  const std::int64_t slices = std::min<std::int64_t>(threads(), (count + grain - 1) / grain);
  model::parallel_for(slices, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t slice = first; slice < last; ++slice) {
      body(count * slice / slices, count * (slice + 1) / slices, slice);
    }
  });
}

}  // namespace srl::rollout
