#pragma once
// SRL_HOST_DEVICE before a function: nvcc compiles the function for the CPU and the GPU, other compilers for
// the CPU only. Kernels and CPU code can then share one function, which is tested without a GPU. The smallest
// of these functions are here: the two 32-bit halves of a 64-bit number, and the larger and smaller of two
// values (std::max and std::min cannot be called in a kernel).
#include <cstdint>

#ifdef __CUDACC__
#define SRL_HOST_DEVICE __host__ __device__
#else
#define SRL_HOST_DEVICE
#endif

namespace srl {

SRL_HOST_DEVICE constexpr std::uint32_t low_word(std::uint64_t value) {
  return value & 0xFFFFFFFFu;
}
SRL_HOST_DEVICE constexpr std::uint32_t high_word(std::uint64_t value) {
  return value >> 32;
}

/// a if the values are equal or cannot be compared (NaN), as std::max.
template <class T>
SRL_HOST_DEVICE constexpr T larger(T a, T b) {
  return a < b ? b : a;
}
/// a if the values are equal or cannot be compared (NaN), as std::min.
template <class T>
SRL_HOST_DEVICE constexpr T smaller(T a, T b) {
  return b < a ? b : a;
}

}  // namespace srl
