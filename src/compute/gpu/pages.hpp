#pragma once
// Keys and values of generation, in pages of 16 positions, and the writes into them on a GPU.
//
//   q, k, v = qkv[r] + bias                              qkv [rows, (heads + 2 kv_heads) head_dim]
//   q, k    = each head normed (Qwen3; norm.hpp), then rotated to the row's position (rotation.hpp)
//   page[r] at position[r] mod 16 receives k and v; q replaces its part of qkv[r], not scaled
#include <cstdint>

#include "compute/gpu_rows.hpp"
#include "compute/rotation.hpp"
#include "device/dtype.hpp"
#include "device/stream.hpp"

namespace srl::compute {

inline constexpr std::int64_t page_tokens = 16;

/// Pages in a GPU's memory: [pages][layers][kv_heads]{keys, values}[page_tokens][head_dim] in bf16.
struct GpuPages {
  device::Bf16* data = nullptr;
  std::int64_t count = 0, layers = 0, kv_heads = 0, head_dim = 0;

  /// As many pages as the memory holds. Throws Bug if head_dim is not a multiple of 8, or the memory does not
  /// begin at a multiple of 16 bytes.
  GpuPages(device::Span<device::Bf16> memory, std::int64_t layer_count, std::int64_t head_count,
           std::int64_t dim);
  SRL_HOST_DEVICE std::int64_t elements() const { return layers * kv_heads * 2 * page_tokens * head_dim; }
  /// [page_tokens, head_dim]; the values follow.
  SRL_HOST_DEVICE device::Bf16* keys(std::int64_t page, std::int64_t layer, std::int64_t head) const {
    return data + page * elements() + (layer * kv_heads + head) * 2 * page_tokens * head_dim;
  }
  SRL_HOST_DEVICE device::Bf16* values(std::int64_t page, std::int64_t layer, std::int64_t head) const {
    return keys(page, layer, head) + page_tokens * head_dim;
  }
};

/// Of a layer, in a GPU's memory; empty if the architecture has none.
struct GpuQkvWeights {
  device::Span<const device::Bf16> bias;            ///< [(heads + 2 kv_heads) head_dim]
  device::Span<const device::Bf16> norm_q, norm_k;  ///< [head_dim]
  float eps = 0;
};

/// On a GPU, in the stream's order. `page` [rows]; positions are those of `rotation`. Throws Bug if shapes do
/// not fit. Pages must be inside the memory, and no two rows may have the same place.
void write_keys_and_values(const device::Stream& stream, GpuRows<device::Bf16> qkv,
                           const GpuQkvWeights& weights, const GpuRotation& rotation,
                           device::Span<const std::int32_t> page, const GpuPages& pages, std::int64_t layer);

}  // namespace srl::compute
