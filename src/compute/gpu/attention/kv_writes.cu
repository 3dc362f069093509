#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/kv_writes.hpp"

namespace srl::compute {
namespace {

constexpr unsigned warps_per_block = 4;
constexpr int most_pairs = 4;  // of a lane, for heads of at most 256

template <class T>
struct Weights {
  const T *bias, *norm_q, *norm_k;
  float eps;
};
struct Places {
  const std::int32_t *page, *position;
  const float *cosine, *sine;
};

/// Calls of(j, i) for the pairs (i, i + head_dim / 2) of a head that a lane has: i = lane + 32 j.
template <class Of>
__device__ void each_pair(std::int64_t half, const Of& of) {
  for (int j = 0; j < most_pairs; ++j) {
    const std::int64_t i = threadIdx.x + 32 * j;
    if (i < half) { of(j, i); }
  }
}

/// The lane's pairs.
struct Pairs {
  float low[most_pairs], high[most_pairs];

  template <class T>
  __device__ void norm(const T* weight, std::int64_t half, float eps) {
    float sum = 0;
    for (int j = 0; j < most_pairs; ++j) { sum += low[j] * low[j] + high[j] * high[j]; }
    const float factor = 1.0F / sqrtf(warp_sum(sum) / static_cast<float>(2 * half) + eps);
    each_pair(half, [&](int j, std::int64_t i) {
      low[j] = as_float(weight[i]) * (low[j] * factor);
      high[j] = as_float(weight[half + i]) * (high[j] * factor);
    });
  }
  __device__ void rotate(const float* cosine, const float* sine, std::int64_t half) {
    each_pair(half, [&](int j, std::int64_t i) {
      const float a = low[j], b = high[j];
      low[j] = a * cosine[i] - b * sine[i];
      high[j] = b * cosine[i] + a * sine[i];
    });
  }
};

/// One warp per row and head; the heads of queries, keys and values one after the other.
template <class T>
__global__ void write_kernel(Rows<T> qkv, Weights<T> weights, Places places, GpuPagesOf<T> pages,
                             std::int64_t layer) {
  const std::int64_t dim = pages.head_dim, half = dim / 2, all = qkv.width / dim;
  const std::int64_t queries = all - 2 * pages.kv_heads;
  const std::int64_t head = static_cast<std::int64_t>(blockIdx.y) * warps_per_block + threadIdx.y;
  if (head >= all) { return; }
  T* const from = qkv.row(blockIdx.x) + head * dim;
  Pairs own{};
  each_pair(half, [&](int j, std::int64_t i) {
    own.low[j] = as_float(from[i]);
    own.high[j] = as_float(from[half + i]);
    if (weights.bias != nullptr) {
      own.low[j] += as_float(weights.bias[head * dim + i]);
      own.high[j] += as_float(weights.bias[head * dim + half + i]);
    }
  });
  const std::int64_t position = places.position[blockIdx.x];
  const bool is_query = head < queries, is_value = head >= queries + pages.kv_heads;
  if (!is_value) {
    const T* const norm = is_query ? weights.norm_q : weights.norm_k;
    if (norm != nullptr) { own.norm(norm, half, weights.eps); }
    own.rotate(places.cosine + position * half, places.sine + position * half, half);
  }
  T* to = from;
  if (!is_query) {
    const std::int64_t page = places.page[blockIdx.x], slot = position % page_tokens * dim;
    if (page == no_page) { return; }
    to = slot + (is_value ? pages.values(page, layer, head - queries - pages.kv_heads)
                          : pages.keys(page, layer, head - queries));
  }
  each_pair(half, [&](int j, std::int64_t i) {
    to[i] = rounded<T>(own.low[j]);
    to[half + i] = rounded<T>(own.high[j]);
  });
}

template <class T>
void check(const GpuRows<T>& qkv, const GpuQkvWeightsOf<T>& weights, const GpuRotation& rotation,
           const GpuPagesOf<T>& pages, std::int64_t layer) {
  const auto rows = static_cast<std::size_t>(qkv.view.rows), width = static_cast<std::size_t>(qkv.view.width);
  const auto dim = static_cast<std::size_t>(pages.head_dim);
  check_size("keys and values", rotation.position.size(), rows, "positions");
  check_size("keys and values", static_cast<std::size_t>(rotation.head_dim), dim, "a rotated head");
  check_size("keys and values", weights.bias.size(), weights.bias.empty() ? 0 : width, "bias");
  check_size("keys and values", weights.norm_q.size(), weights.norm_q.empty() ? 0 : dim, "norm_q");
  check_size("keys and values", weights.norm_k.size(), weights.norm_q.empty() ? 0 : dim, "norm_k");
  if (qkv.view.width % pages.head_dim != 0 || qkv.view.width / pages.head_dim <= 2 * pages.kv_heads ||
      pages.head_dim > 2 * 32 * most_pairs || layer < 0 || layer >= pages.layers) {
    throw Bug("keys and values: rows of " + std::to_string(width) + " for " + std::to_string(pages.kv_heads) +
              " heads of " + std::to_string(dim) + " in layer " + std::to_string(layer));
  }
}

}  // namespace

template <class T>
void write_keys_and_values(const device::Stream& stream, GpuRows<T> qkv,
                           const std::type_identity_t<GpuQkvWeightsOf<T>>& weights,
                           const GpuRotation& rotation, device::Span<const PageId> page,
                           const std::type_identity_t<GpuPagesOf<T>>& pages, std::int64_t layer) {
  check(qkv, weights, rotation, pages, layer);
  check_size("keys and values", page.size(), static_cast<std::size_t>(qkv.view.rows), "pages");
  if (qkv.view.rows == 0) { return; }
  const auto heads = static_cast<std::size_t>(qkv.view.width / pages.head_dim);
  device::launch<write_kernel<T>>(
      stream,
      {{static_cast<unsigned>(qkv.view.rows), device::blocks_for(heads, warps_per_block)},
       {32, warps_per_block}},
      qkv.view,
      Weights<T>{or_null(weights.bias), or_null(weights.norm_q), or_null(weights.norm_k), weights.eps},
      Places{page.data(), rotation.position.data(), rotation.cosine.data(), rotation.sine.data()}, pages,
      layer);
}

#define SRL_INSTANTIATE(T)                                                                                  \
  template void write_keys_and_values(const device::Stream&, GpuRows<T>, const GpuQkvWeightsOf<T>&,         \
                                      const GpuRotation&, device::Span<const PageId>, const GpuPagesOf<T>&, \
                                      std::int64_t);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
