#pragma once
// The element types that models are computed in, for the whole suite.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/host_device.hpp"
#include "base/words.hpp"

#ifdef __CUDACC__
#include <cuda_bf16.h>
#endif

namespace srl::device {

enum class Dtype { fp64, fp32, bf16 };
SRL_WORDS(Dtype, "fp64", "fp32", "bf16");

constexpr std::size_t bytes_of(Dtype dtype) {
  return dtype == Dtype::fp64 ? 8 : dtype == Dtype::fp32 ? 4 : 2;
}

/// The bits of a bfloat16: the upper half of a float's.
struct Bf16 {
  std::uint16_t bits = 0;
  bool operator==(const Bf16&) const = default;
};

SRL_HOST_DEVICE inline float to_float(Bf16 value) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(static_cast<unsigned>(value.bits) << 16);
#else
  return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits) << 16);
#endif
}

/// Rounded to nearest, ties to even; every NaN becomes 0x7fff, as a GPU does it.
SRL_HOST_DEVICE inline Bf16 to_bf16(float value) {
#ifdef __CUDA_ARCH__
  return {__bfloat16_as_ushort(__float2bfloat16_rn(value))};
#else
  const auto word = std::bit_cast<std::uint32_t>(value);
  if ((word & 0x7fffffffu) > 0x7f800000u) { return {0x7fff}; }
  return {static_cast<std::uint16_t>((word + 0x7fffu + (word >> 16 & 1u)) >> 16)};
#endif
}

/// The Dtype of a C++ type.
template <class T>
constexpr Dtype dtype_of() {
  if constexpr (std::is_same_v<T, double>) {
    return Dtype::fp64;
  } else if constexpr (std::is_same_v<T, float>) {
    return Dtype::fp32;
  } else {
    static_assert(std::is_same_v<T, Bf16>, "not an element type");
    return Dtype::bf16;
  }
}

}  // namespace srl::device
