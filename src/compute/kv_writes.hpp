#pragma once
// Biases, head norms and rotation of a layer's queries, keys and values, and the write of keys and values
// into pages (kv_pages.hpp). Formulas as in Hugging Face's Llama, Qwen2 and Qwen3.
//
//   q, k, v = qkv[r] + bias                              qkv [rows, (heads + 2 kv_heads) head_dim]
//   q, k    = each head normed (Qwen3; norm.hpp), then rotated to the row's position (rotation.hpp)
//   page[r] at position[r] mod 16 receives k and v; q replaces its part of qkv[r]
//
// On the CPU, in float and double, q is also divided by sqrt(head_dim). On a GPU it is not: attention scales
// the scores. Elements there are float or bf16 (T), arithmetic is fp32, and each element is rounded once.
// Every row is computed separately, in one order.
#include <cstdint>
#include <span>
#include <type_traits>

#include "compute/gpu_rows.hpp"
#include "compute/kv_pages.hpp"
#include "compute/rotation.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// Of a layer; null if the architecture has none.
template <class T>
struct QkvWeights {
  const T* bias_q = nullptr;  ///< [heads * head_dim]
  const T* bias_k = nullptr;  ///< [kv_heads * head_dim]
  const T* bias_v = nullptr;
  const T* norm_q = nullptr;  ///< [head_dim]
  const T* norm_k = nullptr;
  T eps = 0;
};

/// `page` [rows]; positions are those of `rotation`. Pages must be allocated, and no two rows may have the
/// same place.
template <class T>
void write_keys_and_values(Rows<T> qkv, const QkvWeights<T>& weights, const Rotation<T>& rotation,
                           std::span<const PageId> page, CpuPages<T>& pages, std::int64_t layer);

/// Of a layer, in a GPU's memory; empty if the architecture has none.
template <class T>
struct GpuQkvWeightsOf {
  device::Span<const T> bias;            ///< [(heads + 2 kv_heads) head_dim]
  device::Span<const T> norm_q, norm_k;  ///< [head_dim]
  float eps = 0;
};
using GpuQkvWeights = GpuQkvWeightsOf<device::Bf16>;

/// On a GPU, in the stream's order. `page` [rows]; positions are those of `rotation`. Throws Bug if shapes do
/// not fit. Pages must be inside the memory, and no two rows may have the same place. A row with no_page
/// writes no key and no value.
template <class T>
void write_keys_and_values(const device::Stream& stream, GpuRows<T> qkv,
                           const std::type_identity_t<GpuQkvWeightsOf<T>>& weights,
                           const GpuRotation& rotation, device::Span<const PageId> page,
                           const std::type_identity_t<GpuPagesOf<T>>& pages, std::int64_t layer);

}  // namespace srl::compute
