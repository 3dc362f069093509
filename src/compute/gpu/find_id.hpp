#pragma once
// Searches through the ids of a vocabulary by all threads of a block. Only for kernel files.
#include <cstdint>

#include "compute/gpu/block.hpp"

namespace srl::compute {

using Mass = unsigned long long;

/// The sum of value(id) over ids [begin, end), for all lanes of the warp.
template <class Value>
__device__ Mass warp_mass(std::int32_t begin, std::int32_t end, const Value& value) {
  Mass sum = 0;
  for (std::int32_t id = begin + static_cast<std::int32_t>(threadIdx.x % 32); id < end; id += 32) {
    sum += value(id);
  }
  return warp_sum(sum);
}

/// The inclusive sum over the lanes up to this one.
__device__ inline Mass lanes_up_to(Mass value) {
  const unsigned lane = threadIdx.x % 32;
  for (unsigned delta = 1; delta < 32; delta *= 2) {
    const Mass lower = __shfl_up_sync(~0u, value, delta);
    if (lane >= delta) { value += lower; }
  }
  return value;
}

/// The first id of [begin, end) at which the sum of value(id) exceeds `target`, by one warp; every lane gets
/// it. -1 if the sum of all does not exceed it.
template <class Value>
__device__ std::int32_t find_in_warp(std::int32_t begin, std::int32_t end, Mass target, const Value& value) {
  const unsigned lane = threadIdx.x % 32;
  for (; begin < end; begin += 32) {
    const std::int32_t id = begin + static_cast<std::int32_t>(lane);
    const Mass up_to = lanes_up_to(id < end ? value(id) : 0);
    const unsigned above = __ballot_sync(~0u, up_to > target);
    if (above != 0) { return begin + __ffs(static_cast<int>(above)) - 1; }
    target -= __shfl_sync(~0u, up_to, 31);
  }
  return -1;
}

/// The same by the whole block of `warps` warps; every thread gets it. The sum over [0, count) must exceed
/// `target`.
template <unsigned warps, class Value>
__device__ std::int32_t find_id(std::int32_t count, Mass target, const Value& value) {
  SRL_SHARED(Mass, of_warps, warps);
  SRL_SHARED(std::int32_t, found, 1);
  constexpr auto parts = static_cast<std::int32_t>(warps);
  const auto warp = static_cast<std::int32_t>(threadIdx.x / 32);
  std::int32_t begin = 0, end = count;
  while (end - begin > 32 * parts) {
    const std::int32_t size = ((end - begin + parts - 1) / parts + 31) / 32 * 32;
    const auto end_of = [&](std::int32_t part) { return smaller(begin + (part + 1) * size, end); };
    const Mass sum = warp_mass(begin + warp * size, end_of(warp), value);
    if (threadIdx.x % 32 == 0) { of_warps[warp] = sum; }
    __syncthreads();
    std::int32_t part = 0;
    while (part + 1 < parts && target >= of_warps[part]) { target -= of_warps[part++]; }
    __syncthreads();  // of_warps is written again
    end = end_of(part);
    begin += part * size;
  }
  if (warp == 0) {
    const std::int32_t id = find_in_warp(begin, end, target, value);
    if (threadIdx.x == 0) { found[0] = id; }
  }
  __syncthreads();
  const std::int32_t id = found[0];
  __syncthreads();  // `found` is written again by the next call
  return id;
}

}  // namespace srl::compute
