#pragma once
// What kernels of this room share: elements as floats, and sums over a block. Only for kernel files.
#include <cstdint>

#include "base/host_device.hpp"
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

/// The elements of the warp's lanes, joined in a tree; every lane gets the result.
template <class T, class Join>
__device__ T warp_joined(T value, const Join& join) {
  for (int offset = 16; offset > 0; offset /= 2) { value = join(value, __shfl_xor_sync(~0u, value, offset)); }
  return value;
}

/// The elements of the block's threads, which are whole warps, joined in one order: the lanes of each warp in
/// a tree, then the warps in a tree, with `empty` for warps that do not exist. Every thread gets the result.
template <class T, class Join>
__device__ T block_joined(T value, T empty, const Join& join) {
  SRL_SHARED(T, of_warps, 32);
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  value = warp_joined(value, join);
  if (lane == 0) { of_warps[warp] = value; }
  __syncthreads();
  value = warp_joined(lane < blockDim.x / 32 ? of_warps[lane] : empty, join);
  __syncthreads();  // of_warps is written again by the next call
  return value;
}

struct Sum {
  template <class T>
  __device__ T operator()(T a, T b) const {
    return a + b;
  }
};
struct Most {
  template <class T>
  __device__ T operator()(T a, T b) const {
    return larger(a, b);
  }
};
struct Least {
  template <class T>
  __device__ T operator()(T a, T b) const {
    return smaller(a, b);
  }
};

template <class T>
__device__ T warp_sum(T value) {
  return warp_joined(value, Sum{});
}
template <class T>
__device__ T block_sum(T value) {
  return block_joined(value, T{0}, Sum{});
}

}  // namespace srl::compute
