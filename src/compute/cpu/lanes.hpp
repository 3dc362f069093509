#pragma once
// exp and sums for loops of the CPU that the compiler vectorises.
#include <bit>
#include <cmath>
#include <cstdint>

namespace srl::compute {

/// e^x with an error under 2 units in the last place for x in [-87, 88]; smaller x give about 1e-38; larger x
/// are limited to 88. Reduction x = n ln 2 + r by rounding with a large constant, then Cephes' expf
/// polynomial.
inline float exponential(float x) {
  x = x < -87.0F ? -87.0F : x;
  x = x > 88.0F ? 88.0F : x;
  constexpr float large = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer
  const float shifted = __builtin_fmaf(x, 1.44269504088896341F, large);
  const float n = shifted - large;
  float r = __builtin_fmaf(n, -0.693359375F, x);
  r = __builtin_fmaf(n, 2.12194440e-4F, r);
  float p = 1.9875691500e-4F;
  p = __builtin_fmaf(p, r, 1.3981999507e-3F);
  p = __builtin_fmaf(p, r, 8.3334519073e-3F);
  p = __builtin_fmaf(p, r, 4.1665795894e-2F);
  p = __builtin_fmaf(p, r, 1.6666665459e-1F);
  p = __builtin_fmaf(p, r, 5.0000001201e-1F);
  p = __builtin_fmaf(p * r, r, r) + 1.0F;
  // The low bits of `shifted` are n. Adding n << 23 to the exponent multiplies by 2^n.
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(p) + (std::bit_cast<std::uint32_t>(shifted) << 23);
  return std::bit_cast<float>(bits);
}
inline double exponential(double x) {
  return std::exp(x);
}

/// The sum of `count` numbers, in sixteen lanes that are then added in order. The order is fixed, and the
/// compiler can vectorise it.
template <class T>
inline T lane_sum(const T* x, std::int64_t count) {
  T lanes[16] = {};
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int l = 0; l < 16; ++l) { lanes[l] += x[i + l]; }
  }
  for (int l = 0; i + l < count; ++l) { lanes[l] += x[i + l]; }
  T sum = 0;
  for (const T lane : lanes) { sum += lane; }
  return sum;
}
/// The same for the products x[i] * y[i].
template <class T>
inline T lane_dot(const T* x, const T* y, std::int64_t count) {
  T lanes[16] = {};
  std::int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int l = 0; l < 16; ++l) { lanes[l] += x[i + l] * y[i + l]; }
  }
  for (int l = 0; i + l < count; ++l) { lanes[l] += x[i + l] * y[i + l]; }
  T sum = 0;
  for (const T lane : lanes) { sum += lane; }
  return sum;
}

}  // namespace srl::compute
