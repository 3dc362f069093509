#pragma once
// Parallel loops on the threads of LibTorch's products, which also pass the slice number to select scratch
// memory.
#include "compute/loops.hpp"

namespace srl::rollout {

inline int threads() {
  return compute::compute_threads();
}
using compute::parallel_slices;

}  // namespace srl::rollout
