#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/column_sums.hpp"
#include "compute/norm.hpp"

namespace srl::compute {
namespace {

using device::Span;
using device::Stream;

constexpr unsigned warps_per_block = 8;
constexpr std::int64_t heads_per_warp = 16;  // of the gradient
constexpr std::int64_t heads_per_sum = heads_per_warp * warps_per_block;

/// Heads of all rows, one after the other.
template <class T>
struct Heads {
  Rows<T> x;
  std::int64_t head_dim;
  __device__ std::int64_t count() const { return x.rows * (x.width / head_dim); }
  __device__ T* operator[](std::int64_t head) const {
    const std::int64_t of_row = x.width / head_dim;
    return x.row(head / of_row) + head % of_row * head_dim;
  }
};

/// The elements of one head that a lane has: lane, lane + 32, …
template <int per_lane, class T>
struct OfLane {
  float at[per_lane];
  __device__ OfLane(const T* head, std::int64_t head_dim) {
    for (int j = 0; j < per_lane; ++j) {
      const std::int64_t i = threadIdx.x + 32 * j;
      at[j] = i < head_dim ? as_float(head[i]) : 0.0F;
    }
  }
};

template <int per_lane>
__device__ float inverse_root(const float (&x)[per_lane], std::int64_t head_dim, float eps) {
  float sum = 0;
  for (int j = 0; j < per_lane; ++j) { sum += x[j] * x[j]; }
  return 1.0F / sqrtf(warp_sum(sum) / static_cast<float>(head_dim) + eps);
}

/// One warp per head.
template <int per_lane, class T>
__global__ void head_norm_kernel(Heads<T> x, const T* weight, float eps, Heads<T> before) {
  const std::int64_t head = static_cast<std::int64_t>(blockIdx.x) * warps_per_block + threadIdx.y;
  if (head >= x.count()) { return; }
  T *const at = x[head], *const keep = before[head];
  const OfLane<per_lane, T> own(at, x.head_dim);
  const float factor = inverse_root(own.at, x.head_dim, eps);
  for (int j = 0; j < per_lane; ++j) {
    const std::int64_t i = threadIdx.x + 32 * j;
    if (i >= x.head_dim) { continue; }
    keep[i] = rounded<T>(own.at[j]);
    at[i] = rounded<T>(as_float(weight[i]) * (own.at[j] * factor));
  }
}

/// A warp has `heads_per_warp` heads, one after the other. partial [gridDim.x, head_dim]: the block's sums of
/// d loss / d weight, in the order of its warps.
template <int per_lane, class T>
__global__ void head_norm_backward_kernel(Heads<T> dx, const T* weight, float eps, Heads<const T> before,
                                          float* partial) {
  SRL_SHARED(float, sums, warps_per_block * 32 * per_lane);
  const std::int64_t head_dim = dx.head_dim, count = dx.count();
  const std::int64_t first = blockIdx.x * heads_per_sum + threadIdx.y * heads_per_warp;
  const std::int64_t last = smaller(first + heads_per_warp, count);
  const OfLane<per_lane, T> w(weight, head_dim);
  float dweight[per_lane] = {};
  for (std::int64_t head = first; head < last; ++head) {
    T* const to = dx[head];
    const OfLane<per_lane, T> x(before[head], head_dim), dy(to, head_dim);
    const float factor = inverse_root(x.at, head_dim, eps);
    float dot = 0;
    for (int j = 0; j < per_lane; ++j) { dot += w.at[j] * dy.at[j] * x.at[j]; }
    const float back = warp_sum(dot) / static_cast<float>(head_dim) * factor * factor * factor;
    for (int j = 0; j < per_lane; ++j) {
      dweight[j] += dy.at[j] * x.at[j] * factor;
      const std::int64_t i = threadIdx.x + 32 * j;
      if (i < head_dim) { to[i] = rounded<T>(w.at[j] * dy.at[j] * factor - x.at[j] * back); }
    }
  }
  for (int j = 0; j < per_lane; ++j) {
    sums[threadIdx.y * 32 * per_lane + threadIdx.x + 32 * j] = dweight[j];
  }
  __syncthreads();
  const unsigned column = threadIdx.y * 32 + threadIdx.x;
  if (column >= head_dim) { return; }
  float sum = 0;
  for (unsigned warp = 0; warp < warps_per_block; ++warp) { sum += sums[warp * 32 * per_lane + column]; }
  partial[blockIdx.x * head_dim + column] = sum;
}

template <class T>
std::int64_t heads_of(const GpuRows<T>& x, std::int64_t head_dim) {
  if (head_dim < 1 || head_dim > most_head_dim || x.view.width % head_dim != 0) {
    throw Bug("norm of heads of " + std::to_string(head_dim) + " in rows of " + std::to_string(x.view.width));
  }
  return x.view.rows * (x.view.width / head_dim);
}

/// Calls run with the number of elements per lane, as a constant.
template <class Run>
void with_per_lane(std::int64_t head_dim, const Run& run) {
  if (head_dim <= 32) { return run(std::integral_constant<int, 1>{}); }
  if (head_dim <= 64) { return run(std::integral_constant<int, 2>{}); }
  if (head_dim <= 128) { return run(std::integral_constant<int, 4>{}); }
  return run(std::integral_constant<int, 8>{});
}

}  // namespace

template <class T>
void head_norm(const Stream& stream, GpuRows<T> x, std::type_identity_t<Span<const T>> weight, float eps,
               GpuRows<T> before) {
  const auto head_dim = static_cast<std::int64_t>(weight.size());
  check_same_shape(x, before);
  const std::int64_t heads = heads_of(x, head_dim);
  if (heads == 0) { return; }
  const device::Grid grid(device::blocks_for(static_cast<std::size_t>(heads), warps_per_block),
                          {32, warps_per_block});
  with_per_lane(head_dim, [&](auto per_lane) {
    device::launch<head_norm_kernel<per_lane.value, T>>(stream, grid, Heads<T>{x.view, head_dim},
                                                        weight.data(), eps, Heads<T>{before.view, head_dim});
  });
}

std::size_t head_norm_partial(std::int64_t heads, std::int64_t head_dim) {
  return static_cast<std::size_t>((heads + heads_per_sum - 1) / heads_per_sum * head_dim);
}

template <class T>
void head_norm_backward(const Stream& stream, GpuRows<T> dx, std::type_identity_t<Span<const T>> weight,
                        float eps, std::type_identity_t<GpuRows<const T>> before, Span<float> dweight,
                        Span<float> partial) {
  const auto head_dim = static_cast<std::int64_t>(weight.size());
  check_same_shape(dx, before);
  check_size("norm of heads", dweight.size(), weight.size(), "dweight");
  const std::int64_t heads = heads_of(dx, head_dim);
  const Span<float> sums = partial.first(head_norm_partial(heads, head_dim));
  if (heads == 0) { return; }
  const unsigned blocks = device::blocks_for(static_cast<std::size_t>(heads), heads_per_sum);
  with_per_lane(head_dim, [&](auto per_lane) {
    device::launch<head_norm_backward_kernel<per_lane.value, T>>(
        stream, {blocks, {32, warps_per_block}}, Heads<T>{dx.view, head_dim}, weight.data(), eps,
        Heads<const T>{before.view, head_dim}, sums.data());
  });
  add_parts(stream, sums, blocks, dweight);
}

#define SRL_INSTANTIATE(T)                                                                            \
  template void head_norm(const Stream&, GpuRows<T>, Span<const T>, float, GpuRows<T>);               \
  template void head_norm_backward(const Stream&, GpuRows<T>, Span<const T>, float, GpuRows<const T>, \
                                   Span<float>, Span<float>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
