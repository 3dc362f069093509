#include "compute/gpu/block.hpp"
#include "compute/norm.hpp"

namespace srl::compute {
namespace {

using device::Span;
using device::Stream;

constexpr unsigned threads_per_row = 256;
// Column sums: a block adds up `rows_per_sum` rows of 32 columns, eight threads per column.
constexpr int columns_per_block = 32, threads_per_column = 8;
constexpr std::int64_t rows_per_sum = 128;

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

/// partial [gridDim.y, width]: the sums over rows_per_sum rows each. Block: columns_per_block x
/// threads_per_column.
template <class T>
__global__ void weight_partial_kernel(Rows<const T> dout, Rows<const T> x, const float* scale,
                                      float* partial) {
  SRL_SHARED(float, sums, columns_per_block* threads_per_column);
  const std::int64_t column = static_cast<std::int64_t>(blockIdx.x) * columns_per_block + threadIdx.x;
  const std::int64_t first = blockIdx.y * rows_per_sum;
  const std::int64_t last = first + rows_per_sum < x.rows ? first + rows_per_sum : x.rows;
  float sum = 0;
  if (column < x.width) {
    for (std::int64_t r = first + threadIdx.y; r < last; r += threads_per_column) {
      sum += as_float(dout.row(r)[column]) * as_float(x.row(r)[column]) * scale[r];
    }
  }
  sums[threadIdx.y * columns_per_block + threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y != 0 || column >= x.width) { return; }
  for (int t = 1; t < threads_per_column; ++t) { sum += sums[t * columns_per_block + threadIdx.x]; }
  partial[blockIdx.y * x.width + column] = sum;
}

/// One thread per column.
__global__ void weight_sum_kernel(const float* partial, std::int64_t parts, std::int64_t width,
                                  float* dweight) {
  const std::int64_t column = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (column >= width) { return; }
  float sum = 0;
  for (std::int64_t part = 0; part < parts; ++part) { sum += partial[part * width + column]; }
  dweight[column] += sum;
}

std::int64_t parts_of(std::int64_t rows) {
  return (rows + rows_per_sum - 1) / rows_per_sum;
}

void check_size(std::size_t size, std::int64_t expected, const char* what) {
  if (size != static_cast<std::size_t>(expected)) {
    throw Bug(std::string("RMSNorm: ") + std::to_string(size) + " elements of " + what + ", expected " +
              std::to_string(expected));
  }
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
                                     weight.data(), eps, out.view, scale.data());
}

std::size_t rms_norm_partial(std::int64_t rows, std::int64_t width) {
  return static_cast<std::size_t>(parts_of(rows) * width);
}

template <class T>
void rms_norm_backward(const Stream& stream, std::type_identity_t<GpuRows<const T>> dout,
                       std::type_identity_t<GpuRows<const T>> x, std::type_identity_t<Span<const T>> weight,
                       Span<const float> scale, GpuRows<T> dx, Span<float> dweight, Span<float> partial) {
  const std::int64_t rows = x.view.rows, width = x.view.width, parts = parts_of(rows);
  check_same_shape(dout, x);
  check_same_shape(dx, x);
  check_size(weight.size(), width, "weight");
  check_size(scale.size(), rows, "scale");
  check_size(dweight.size(), width, "dweight");
  const Span<float> sums = partial.first(rms_norm_partial(rows, width));
  if (rows == 0) { return; }
  device::launch<rows_backward_kernel<T>>(stream, {static_cast<unsigned>(rows), threads_per_row}, dout.view,
                                          x.view, weight.data(), scale.data(), dx.view);
  const auto blocks = static_cast<unsigned>((width + columns_per_block - 1) / columns_per_block);
  device::launch<weight_partial_kernel<T>>(
      stream, {{blocks, static_cast<unsigned>(parts)}, {columns_per_block, threads_per_column}}, dout.view,
      x.view, scale.data(), sums.data());
  device::launch<weight_sum_kernel>(stream,
                                    {device::blocks_for(dweight.size(), threads_per_row), threads_per_row},
                                    sums.data(), parts, width, dweight.data());
}

#define SRL_INSTANTIATE(T)                                                                                \
  template void rms_norm(const Stream&, GpuRows<const T>, Span<const T>, float, GpuRows<T>, Span<float>); \
  template void rms_norm_backward(const Stream&, GpuRows<const T>, GpuRows<const T>, Span<const T>,       \
                                  Span<const float>, GpuRows<T>, Span<float>, Span<float>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
