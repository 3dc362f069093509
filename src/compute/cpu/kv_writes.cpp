#include "compute/kv_writes.hpp"

#include <algorithm>
#include <cmath>

#include "compute/decode_norm.hpp"
#include "compute/loops.hpp"

namespace srl::compute {
namespace {

template <class T>
void norm_head(T* x, const T* weight, std::int64_t width, T eps) {
  const T scale = T{1} / std::sqrt(sum_of_squares(x, width) / static_cast<T>(width) + eps);
  for (std::int64_t i = 0; i < width; ++i) { x[i] = weight[i] * (x[i] * scale); }
}

/// Hugging Face's rotate_half: dimension i is paired with dimension i + head_dim / 2.
template <class T>
void rotate(T* x, const T* cosine, const T* sine, std::int64_t half, T scale) {
  for (std::int64_t i = 0; i < half; ++i) {
    const T first = x[i], second = x[half + i];
    x[i] = (first * cosine[i] - second * sine[i]) * scale;
    x[half + i] = (second * cosine[i] + first * sine[i]) * scale;
  }
}

template <class T>
void add_bias(T* x, const T* bias, std::int64_t width) {
  if (bias == nullptr) { return; }
  for (std::int64_t i = 0; i < width; ++i) { x[i] += bias[i]; }
}

}  // namespace

template <class T>
void write_keys_and_values(Rows<T> qkv, const QkvWeights<T>& weights, const Rotation<T>& rotation,
                           std::span<const PageId> page, CpuPages<T>& pages, std::int64_t layer) {
  const std::int64_t dim = pages.head_dim(), half = dim / 2, kv_heads = pages.kv_heads();
  const std::int64_t heads = qkv.width / dim - 2 * kv_heads, padded = pages.padded_head_dim();
  const T scale = T{1} / std::sqrt(static_cast<T>(dim));
  const auto norm_and_rotate = [&](T* head, const T* norm, std::int64_t position, T factor) {
    if (norm != nullptr) { norm_head(head, norm, dim, weights.eps); }
    rotate(head, rotation.cosine + position * half, rotation.sine + position * half, half, factor);
  };
  const auto write = [&](T* q, std::int64_t position, PageId to) {
    T* k = q + heads * dim;
    T* v = k + kv_heads * dim;
    add_bias(q, weights.bias_q, heads * dim);
    add_bias(k, weights.bias_k, kv_heads * dim);
    add_bias(v, weights.bias_v, kv_heads * dim);
    for (std::int64_t head = 0; head < heads; ++head) {
      norm_and_rotate(q + head * dim, weights.norm_q, position, scale);
    }
    const std::int64_t slot = position % page_tokens;
    for (std::int64_t head = 0; head < kv_heads; ++head) {
      T* key = k + head * dim;
      norm_and_rotate(key, weights.norm_k, position, T{1});
      T* keys = pages.keys(to, layer, head) + slot;
      for (std::int64_t i = 0; i < dim; ++i) { keys[i * page_tokens] = key[i]; }
      std::copy_n(v + head * dim, dim, pages.values(to, layer, head) + slot * padded);
    }
  };
  parallel_slices(qkv.rows, grain_for(2 * qkv.width),
                  [&](std::int64_t begin, std::int64_t end, std::int64_t) {
                    for (std::int64_t r = begin; r < end; ++r) {
                      write(qkv.row(r), rotation.position[r], page[r]);
                    }
                  });
}

template void write_keys_and_values(Rows<float>, const QkvWeights<float>&, const Rotation<float>&,
                                    std::span<const PageId>, CpuPages<float>&, std::int64_t);
template void write_keys_and_values(Rows<double>, const QkvWeights<double>&, const Rotation<double>&,
                                    std::span<const PageId>, CpuPages<double>&, std::int64_t);

}  // namespace srl::compute
