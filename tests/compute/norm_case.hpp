#pragma once
// RMSNorm of one shape on random elements, forward and backward: on a GPU, by the plain formula in the same
// element types, and by the CPU in fp64.
#include <vector>

#include "compute/kernel_test.hpp"
#include "compute/norm.hpp"

namespace srl::compute::testing {

constexpr float norm_eps = 1e-5F;

template <class T>
struct NormCase {
  std::int64_t rows, width;
  std::vector<T> x, weight, dout, dx;
  std::vector<float> dweight;

  NormCase(std::int64_t row_count, std::int64_t row_width, unsigned seed = 1)
      : rows(row_count),
        width(row_width),
        x(of(rows * width, seed, 2)),
        weight(of(width, seed + 1, 1)),
        dout(of(rows * width, seed + 2, 1)),
        dx(of(rows * width, seed + 3, 1)),
        dweight(random_elements<float>(weight.size(), seed + 4)) {}

 private:
  static std::vector<T> of(std::int64_t count, unsigned seed, float factor) {
    return random_elements<T>(static_cast<std::size_t>(count), seed, factor);
  }
};

/// `out`, dx of type T; scale, dweight of type S.
template <class T, class S>
struct NormResult {
  std::vector<T> out, dx;
  std::vector<S> scale, dweight;
  bool operator==(const NormResult&) const = default;
};

/// The formulas, row by row and element by element, each sum a float.
template <class T>
NormResult<T, float> plain_norm(const NormCase<T>& of) {
  NormResult<T, float> result{of.x, of.dx, {}, of.dweight};
  std::vector<float> sums(of.weight.size());
  const auto width = static_cast<float>(of.width);
  const std::size_t columns = of.weight.size();
  for (std::size_t begin = 0; begin < of.x.size(); begin += columns) {
    const auto x = [&](std::size_t i) { return value_of(of.x[begin + i]); };
    const auto weighted = [&](std::size_t i) {
      return value_of(of.weight[i]) * value_of(of.dout[begin + i]);
    };
    float squares = 0, dot = 0;
    for (std::size_t i = 0; i < columns; ++i) {
      squares += x(i) * x(i);
      dot += weighted(i) * x(i);
    }
    const float scale = 1 / std::sqrt(squares / width + norm_eps), back = dot / width * scale * scale * scale;
    for (std::size_t i = 0; i < columns; ++i) {
      result.out[begin + i] = element<T>(value_of(of.weight[i]) * (x(i) * scale));
      result.dx[begin + i] = element<T>(value_of(of.dx[begin + i]) + (weighted(i) * scale - x(i) * back));
      sums[i] += value_of(of.dout[begin + i]) * x(i) * scale;
    }
    result.scale.push_back(scale);
  }
  for (std::size_t i = 0; i < columns; ++i) { result.dweight[i] += sums[i]; }
  return result;
}

/// The CPU's functions in fp64.
template <class T>
NormResult<double, double> norm_in_fp64(const NormCase<T>& of) {
  std::vector<double> x = doubles(of.x), weight = doubles(of.weight), dout = doubles(of.dout);
  NormResult<double, double> result{x, doubles(of.dx), std::vector<double>(static_cast<std::size_t>(of.rows)),
                                    doubles(of.dweight)};
  const auto matrix = [&](std::vector<double>& elements) {
    return Rows<double>(elements.data(), of.rows, of.width);
  };
  rms_norm(matrix(x), weight.data(), double{norm_eps}, matrix(result.out), result.scale.data());
  rms_norm_backward(matrix(dout), matrix(x), weight.data(), result.scale.data(), matrix(result.dx),
                    result.dweight.data());
  return result;
}

class NormOnAGpu : public OnAGpu {
 protected:
  template <class T>
  NormResult<T, float> norm(const NormCase<T>& of) {
    const auto matrix = [&](const std::vector<T>& elements) {
      return GpuRows<T>(on_gpu(elements), of.rows, of.width);
    };
    const GpuRows<T> x = matrix(of.x), dout = matrix(of.dout), out = matrix(std::vector<T>(of.x.size()));
    const device::Span<T> weight = on_gpu(of.weight), dx = on_gpu(of.dx);
    const device::Span<float> scale = for_results<float>(static_cast<std::size_t>(of.rows));
    const device::Span<float> dweight = on_gpu(of.dweight);
    const device::Span<float> partial = for_results<float>(rms_norm_partial(of.rows, of.width));
    rms_norm(stream(), x, weight, norm_eps, out, scale);
    rms_norm_backward(stream(), dout, x, weight, scale, GpuRows<T>(dx, of.rows, of.width), dweight, partial);
    return {on_host(device::Span<T>(out.view.data, of.x.size())), on_host(dx), on_host(scale),
            on_host(dweight)};
  }
};

}  // namespace srl::compute::testing
