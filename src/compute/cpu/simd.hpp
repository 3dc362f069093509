#pragma once
// Eight floats at a time: AVX2 and FMA when the compiler may use them, else plain loops with the same bits.
// Eight doubles: always plain loops.
// Every fused multiply-add is explicit, so a formula gives the same bits wherever it is inlined.
#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>
#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define SRL_COMPUTE_AVX2 1
#endif

namespace srl::compute {

#if defined(SRL_COMPUTE_AVX2)

struct F8 {
  __m256 v;
  static F8 zero() { return {_mm256_setzero_ps()}; }
  static F8 all(float x) { return {_mm256_set1_ps(x)}; }
  static F8 load(const float* p) { return {_mm256_loadu_ps(p)}; }
  void store(float* p) const { _mm256_storeu_ps(p, v); }
};
inline F8 operator+(F8 a, F8 b) {
  return {_mm256_add_ps(a.v, b.v)};
}
inline F8 operator-(F8 a, F8 b) {
  return {_mm256_sub_ps(a.v, b.v)};
}
inline F8 operator*(F8 a, F8 b) {
  return {_mm256_mul_ps(a.v, b.v)};
}
inline F8 operator/(F8 a, F8 b) {
  return {_mm256_div_ps(a.v, b.v)};
}
inline F8 max(F8 a, F8 b) {
  return {_mm256_max_ps(a.v, b.v)};
}
inline F8 min(F8 a, F8 b) {
  return {_mm256_min_ps(a.v, b.v)};
}
/// a * b + c, rounded once.
inline F8 fma(F8 a, F8 b, F8 c) {
  return {_mm256_fmadd_ps(a.v, b.v, c.v)};
}
inline F8 round(F8 a) {
  return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
/// 2^n for integer n in [-126, 127].
inline F8 power_of_two(F8 n) {
  const __m256i shifted = _mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127));
  return {_mm256_castsi256_ps(_mm256_slli_epi32(shifted, 23))};
}
/// a where x >= limit, else 0.
inline F8 keep_from(F8 a, F8 x, F8 limit) {
  return {_mm256_and_ps(a.v, _mm256_cmp_ps(x.v, limit.v, _CMP_GE_OQ))};
}

#endif

/// Eight elements in plain loops: where there is no AVX2, and doubles.
template <class T>
struct Plain8 {
  T v[8];
  static Plain8 zero() { return all(0); }
  static Plain8 all(T x) { return {{x, x, x, x, x, x, x, x}}; }
  static Plain8 load(const T* p) {
    Plain8 r{};
    for (int i = 0; i < 8; ++i) { r.v[i] = p[i]; }
    return r;
  }
  void store(T* p) const {
    for (int i = 0; i < 8; ++i) { p[i] = v[i]; }
  }
};
template <class T, class Operation>
inline Plain8<T> lanes(Plain8<T> a, Plain8<T> b, Operation operation) {
  Plain8<T> r{};
  for (int i = 0; i < 8; ++i) { r.v[i] = operation(a.v[i], b.v[i]); }
  return r;
}
template <class T>
inline Plain8<T> operator+(Plain8<T> a, Plain8<T> b) {
  return lanes(a, b, [](T x, T y) { return x + y; });
}
template <class T>
inline Plain8<T> operator-(Plain8<T> a, Plain8<T> b) {
  return lanes(a, b, [](T x, T y) { return x - y; });
}
template <class T>
inline Plain8<T> operator*(Plain8<T> a, Plain8<T> b) {
  return lanes(a, b, [](T x, T y) { return x * y; });
}
template <class T>
inline Plain8<T> operator/(Plain8<T> a, Plain8<T> b) {
  return lanes(a, b, [](T x, T y) { return x / y; });
}
template <class T>
inline Plain8<T> max(Plain8<T> a, Plain8<T> b) {
  return lanes(a, b, [](T x, T y) { return x > y ? x : y; });
}
template <class T>
inline Plain8<T> min(Plain8<T> a, Plain8<T> b) {
  return lanes(a, b, [](T x, T y) { return x < y ? x : y; });
}
template <class T>
inline Plain8<T> fma(Plain8<T> a, Plain8<T> b, Plain8<T> c) {
  Plain8<T> r{};
  for (int i = 0; i < 8; ++i) { r.v[i] = std::fma(a.v[i], b.v[i], c.v[i]); }
  return r;
}

#if !defined(SRL_COMPUTE_AVX2)

using F8 = Plain8<float>;
inline F8 round(F8 a) {
  return lanes(a, a, [](float x, float) { return std::nearbyint(x); });
}
inline F8 power_of_two(F8 n) {
  return lanes(
      n, n, [](float x, float) { return std::bit_cast<float>((static_cast<std::int32_t>(x) + 127) << 23); });
}
inline F8 keep_from(F8 a, F8 x, F8 limit) {
  F8 r{};
  for (int i = 0; i < 8; ++i) { r.v[i] = x.v[i] >= limit.v[i] ? a.v[i] : 0.0f; }
  return r;
}

#endif

using D8 = Plain8<double>;
/// Eight elements of type T.
template <class T>
using Eight = std::conditional_t<std::is_same_v<T, double>, D8, F8>;

// Sum and maximum of the eight lanes, in a fixed order.
template <class T>
inline T sum_of(const T (&x)[8]) {
  return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
}
template <class T>
inline T maximum_of(const T (&x)[8]) {
  T best = x[0];
  for (int i = 1; i < 8; ++i) { best = x[i] > best ? x[i] : best; }
  return best;
}
inline float sum(F8 a) {
  float x[8];
  a.store(x);
  return sum_of(x);
}
inline double sum(D8 a) {
  return sum_of(a.v);
}
inline float maximum(F8 a) {
  float x[8];
  a.store(x);
  return maximum_of(x);
}
inline double maximum(D8 a) {
  return maximum_of(a.v);
}

/// e^x with a relative error of about 1e-7 for x <= 88; 0 below -87.3, also for minus infinity. Cephes' expf:
/// argument reduction by ln 2 in two parts, then a polynomial of degree 5.
inline F8 exp(F8 x) {
  const F8 lowest = F8::all(-87.3f);
  const F8 y = min(max(x, lowest), F8::all(88.0f));
  const F8 n = round(y * F8::all(1.44269504088896341f));
  const F8 r = fma(n, F8::all(2.12194440e-4f), fma(n, F8::all(-0.693359375f), y));
  F8 p = F8::all(1.9875691500e-4f);
  p = fma(p, r, F8::all(1.3981999507e-3f));
  p = fma(p, r, F8::all(8.3334519073e-3f));
  p = fma(p, r, F8::all(4.1665795894e-2f));
  p = fma(p, r, F8::all(1.6666665459e-1f));
  p = fma(p, r, F8::all(5.0000001201e-1f));
  p = fma(p, r * r, r + F8::all(1.0f));
  return keep_from(p * power_of_two(n), x, lowest);
}
inline D8 exp(D8 x) {
  return lanes(x, x, [](double value, double) { return std::exp(value); });
}

}  // namespace srl::compute
