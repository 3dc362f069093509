#pragma once
// What tests of kernels share: matrices of random elements on a GPU, real or emulated, and how far a result
// may be from the fp64 reference. Tests are skipped where no GPU is visible.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "compute/gpu_rows.hpp"
#include "device/device.hpp"
#include "device/dtype.hpp"
#include "device/memory.hpp"
#include "device/span.hpp"

// Kernels that report every access are slow, and get the small shapes. tests/emulator/all.sh gives them all.
#if defined(SRL_CHECKED) && !defined(SRL_EVERY_SHAPE)
#define SRL_FEW_SHAPES
#endif

namespace srl::compute::testing {

/// In tests/emulator/all.sh: all schedules for every shape.
#ifdef SRL_EVERY_SHAPE
constexpr bool every_shape = true;
#else
constexpr bool every_shape = false;
#endif

using device::Bf16;
using device::Span;

inline float value_of(float value) {
  return value;
}
inline double value_of(double value) {
  return value;
}
inline float value_of(device::Bf16 value) {
  return device::to_float(value);
}
template <class T>
T element(float value) {
  if constexpr (std::is_same_v<T, float>) {
    return value;
  } else {
    return device::to_bf16(value);
  }
}

/// Normally distributed elements times `factor`, each exact in T.
template <class T>
std::vector<T> random_elements(std::size_t count, unsigned seed, float factor = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<T> elements(count);
  for (T& e : elements) { e = element<T>(factor * normal(random)); }
  return elements;
}

/// The values in the elements of a kernel.
template <class T>
std::vector<T> rounded_to(const std::vector<float>& values) {
  std::vector<T> result;
  for (const float value : values) { result.push_back(element<T>(value)); }
  return result;
}

template <class To, class T>
std::vector<To> values_as(const std::vector<T>& elements) {
  std::vector<To> values;
  for (const T e : elements) { values.push_back(value_of(e)); }
  return values;
}
template <class T>
std::vector<double> doubles(const std::vector<T>& elements) {
  return values_as<double>(elements);
}

/// The largest difference from the reference.
template <class T>
double error_of(const std::vector<T>& result, const std::vector<double>& reference) {
  double error = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double difference = std::abs(value_of(result[i]) - reference[i]);
    error = std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(error, difference);
  }
  return error;
}

/// Expects `kernel` to be at most four times as far from the reference as `plain`, the formula evaluated in
/// order in the kernel's own element types. Where `plain` happens to be exact, the rounding of the largest
/// element counts.
template <class T>
void expect_close(const std::vector<T>& kernel, const std::vector<T>& plain,
                  const std::vector<double>& reference, const std::string& what) {
  ASSERT_EQ(kernel.size(), reference.size()) << what;
  double largest = 0;
  for (const double value : reference) { largest = std::max(largest, std::abs(value)); }
  const double half_unit = largest * (std::is_same_v<T, float> ? 0x1p-24 : 0x1p-9);
  EXPECT_LE(error_of(kernel, reference), 4 * std::max(error_of(plain, reference), half_unit)) << what;
}

class OnAGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
    stream_.emplace(device::Device{device::Kind::cuda, 0});
  }
  const device::Stream& stream() const { return *stream_; }

  template <class T>
  device::Span<T> on_gpu(const std::vector<T>& elements) {
    buffers_.emplace_back(stream(), elements.size() * sizeof(T));
    const device::Span<T> memory = buffers_.back().template as<T>();
    device::upload(stream(), memory, std::span(elements));
    return memory;
  }
  /// Memory for results. What is in it before is not a result, so that a kernel must replace it.
  template <class T>
  device::Span<T> for_results(std::size_t count) {
    if constexpr (std::is_arithmetic_v<T>) {
      return on_gpu(std::vector<T>(count, T{3}));
    } else {
      return on_gpu(std::vector<T>(count, element<T>(3)));
    }
  }
  template <class T>
  std::vector<T> on_host(device::Span<T> memory) const {
    std::vector<T> elements(memory.size());
    device::download(stream(), std::span(elements), memory);
    return elements;
  }
  /// Of a matrix without gaps.
  template <class T>
  std::vector<T> on_host(const GpuRows<T>& matrix) const {
    const Rows<T>& view = matrix.view;
    return on_host(Span<T>(view.data, static_cast<std::size_t>(view.rows * view.width)));
  }

 private:
  std::optional<device::Stream> stream_;
  std::vector<device::Buffer> buffers_;
};

}  // namespace srl::compute::testing
