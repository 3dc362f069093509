#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/column_sums.hpp"
#include "compute/norm.hpp"

namespace srl::compute {
namespace {

using device::Span;
using device::Stream;

constexpr unsigned threads_per_row = 256;

/// One block per row.
template <class T>
__global__ void rms_norm_kernel(Rows<const T> x, const T* weight, float eps, Rows<T> out, float* scale) {
  const T* const from = x.row(blockIdx.x);
  T* const to = out.row(blockIdx.x);
  float sum = 0;
  for (std::int64_t i = threadIdx.x; i < x.width; i += blockDim.x) {
    const float value = as_float(from[i]);
    sum += value * value;
  }
  const float factor = 1.0F / sqrtf(block_sum(sum) / static_cast<float>(x.width) + eps);
  for (std::int64_t i = threadIdx.x; i < x.width; i += blockDim.x) {
    to[i] = rounded<T>(as_float(weight[i]) * (as_float(from[i]) * factor));
  }
  if (scale != nullptr && threadIdx.x == 0) { scale[blockIdx.x] = factor; }
}

/// One block per row.
template <class T>
__global__ void rows_backward_kernel(Rows<const T> dout, Rows<const T> x, const T* weight, const float* scale,
                                     Rows<T> dx) {
  const T *const dy = dout.row(blockIdx.x), *const from = x.row(blockIdx.x);
  T* const to = dx.row(blockIdx.x);
  float sum = 0;
  for (std::int64_t i = threadIdx.x; i < x.width; i += blockDim.x) {
    sum += as_float(weight[i]) * as_float(dy[i]) * as_float(from[i]);
  }
  const float factor = scale[blockIdx.x];
  const float back = block_sum(sum) / static_cast<float>(x.width) * factor * factor * factor;
  for (std::int64_t i = threadIdx.x; i < x.width; i += blockDim.x) {
    const float gradient = as_float(weight[i]) * as_float(dy[i]) * factor - as_float(from[i]) * back;
    to[i] = rounded<T>(as_float(to[i]) + gradient);
  }
}

template <class T>
struct WeightTerm {
  Rows<const T> dout, x;
  const float* scale;
  __device__ float operator()(std::int64_t row, std::int64_t column) const {
    return as_float(dout.row(row)[column]) * as_float(x.row(row)[column]) * scale[row];
  }
};

void check_size(std::size_t size, std::int64_t expected, const char* array) {
  compute::check_size("RMSNorm", size, static_cast<std::size_t>(expected), array);
}

}  // namespace

template <class T>
void rms_norm(const Stream& stream, std::type_identity_t<GpuRows<const T>> x,
              std::type_identity_t<Span<const T>> weight, float eps, GpuRows<T> out, Span<float> scale) {
  check_same_shape(x, out);
  check_size(weight.size(), x.view.width, "weight");
  if (!scale.empty()) { check_size(scale.size(), x.view.rows, "scale"); }
  if (x.view.rows == 0) { return; }
  device::launch<rms_norm_kernel<T>>(stream, {static_cast<unsigned>(x.view.rows), threads_per_row}, x.view,
                                     weight.data(), eps, out.view, or_null(scale));
}

std::size_t rms_norm_partial(std::int64_t rows, std::int64_t width) {
  return static_cast<std::size_t>(sums_of_rows(rows) * width);
}

template <class T>
void rms_norm_backward(const Stream& stream, std::type_identity_t<GpuRows<const T>> dout,
                       std::type_identity_t<GpuRows<const T>> x, std::type_identity_t<Span<const T>> weight,
                       Span<const float> scale, GpuRows<T> dx, Span<float> dweight, Span<float> partial) {
  const std::int64_t rows = x.view.rows, width = x.view.width;
  check_same_shape(dout, x);
  check_same_shape(dx, x);
  check_size(weight.size(), width, "weight");
  check_size(scale.size(), rows, "scale");
  check_size(dweight.size(), width, "dweight");
  const Span<float> sums = partial.first(rms_norm_partial(rows, width));
  if (rows == 0) { return; }
  device::launch<rows_backward_kernel<T>>(stream, {static_cast<unsigned>(rows), threads_per_row}, dout.view,
                                          x.view, weight.data(), scale.data(), dx.view);
  add_column_terms(stream, WeightTerm<T>{dout.view, x.view, scale.data()}, rows, dweight, sums);
}

#define SRL_INSTANTIATE(T)                                                                                \
  template void rms_norm(const Stream&, GpuRows<const T>, Span<const T>, float, GpuRows<T>, Span<float>); \
  template void rms_norm_backward(const Stream&, GpuRows<const T>, GpuRows<const T>, Span<const T>,       \
                                  Span<const float>, GpuRows<T>, Span<float>, Span<float>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
