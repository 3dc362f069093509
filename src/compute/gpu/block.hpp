#pragma once
// What kernels of this room share: elements as floats, and sums over a block. Only for kernel files.
#include <cstdint>

#include "device/kernel.hpp"

namespace srl::compute {

__device__ inline float as_float(float value) {
  return value;
}
__device__ inline float as_float(device::Bf16 value) {
  return device::to_float(value);
}
/// A float as an element of type T, rounded to nearest.
template <class T>
__device__ T rounded(float value) {
  if constexpr (std::is_same_v<T, float>) {
    return value;
  } else {
    return device::to_bf16(value);
  }
}

/// The sum over the lanes of the warp, in a tree; every lane gets it.
__device__ inline float warp_sum(float value) {
  for (int offset = 16; offset > 0; offset /= 2) { value += __shfl_xor_sync(~0u, value, offset); }
  return value;
}

/// The sum over the threads of the block, which is a whole number of warps; every thread gets it. The order
/// of the additions is fixed: the lanes of each warp in a tree, then the warps in a tree.
__device__ inline float block_sum(float value) {
  SRL_SHARED(float, of_warps, 32);
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  value = warp_sum(value);
  if (lane == 0) { of_warps[warp] = value; }
  __syncthreads();
  value = lane < blockDim.x / 32 ? of_warps[lane] : 0.0F;
  value = warp_sum(value);
  __syncthreads();  // of_warps is written again by the next call
  return value;
}

}  // namespace srl::compute
