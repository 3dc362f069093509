#pragma once
// All memory that a model needs on a GPU besides its weights, for packs up to a limit. Only for this room.
#include <algorithm>

#include "compute/attention.hpp"
#include "compute/columns.hpp"
#include "compute/flash_attention.hpp"
#include "compute/norm.hpp"
#include "compute/products.hpp"
#include "model/gpu/reservation.hpp"
#include "model/gpu_rope.hpp"

namespace srl::model {

inline compute::AttentionShape attention_shape(const ModelConfig& config) {
  return {config.heads, config.kv_heads, config.head_dim};
}

/// What a pack needs while it is computed.
template <class T>
struct GpuScratch {
  GpuSlots slots;
  device::Span<float> partial;   ///< partial sums over rows
  device::Span<T> part_outputs;  ///< attention to parts of the keys
  device::Span<float> part_sums;
  device::Span<T> part_gradients;  ///< [tokens, width of qkv]
  device::Span<std::byte> flash;   ///< of FlashAttention; empty without it

  GpuScratch() = default;
  /// Memory: device::Arena, or ArenaCount.
  template <class Memory>
  GpuScratch(const ModelConfig& config, const PackLimits& most, Memory& memory);

 private:
  static std::size_t partial_elements(const ModelConfig& config, const PackLimits& most);
};

template <class T>
struct GpuBuffers {
  GpuScratch<T> scratch;
  GpuRope rope;
  device::Span<std::byte> workspace;                                        ///< of products
  device::Span<std::int32_t> arrays;                                        ///< of a pack
  device::Span<float> largest, normaliser, entropy, coefficient, dentropy;  ///< [rows]
  device::Span<float> logprob, dlogprob;                                    ///< [predictions], sorted by row

  /// All but `scratch`. Memory: device::Arena, or ArenaCount.
  template <class Memory>
  GpuBuffers(const ModelConfig& config, const PackLimits& most, Memory& memory);

 private:
  static std::size_t array_elements(const PackLimits& most);
};

template <class T>
template <class Memory>
GpuScratch<T>::GpuScratch(const ModelConfig& config, const PackLimits& most, Memory& memory)
    : slots(GpuReservation<T>(config, most).bytes(), memory) {
  const auto tokens = static_cast<std::size_t>(most.tokens), heads = static_cast<std::size_t>(config.heads),
             queries = heads * static_cast<std::size_t>(config.head_dim),
             keys = static_cast<std::size_t>(config.kv_heads * config.head_dim),
             parts = most.generations > 0 ? tokens * static_cast<std::size_t>(most.generations + 1) : 0;
  part_outputs = memory.template take<T>("parts of attention", parts * queries);
  part_sums = memory.template take<float>("parts of attention", parts * heads);
  if (most.backward) {
    partial = memory.template take<float>("partial sums", partial_elements(config, most));
    part_gradients = memory.template take<T>("parts of gradients", tokens * (queries + 2 * keys));
  }
  if (std::is_same_v<T, device::Bf16> && most.flash) {
    flash = memory.template take<std::byte>(
        "FlashAttention",
        compute::FlashAttention::memory(most.tokens, attention_shape(config), most.backward));
  }
}

template <class T>
template <class Memory>
GpuBuffers<T>::GpuBuffers(const ModelConfig& config, const PackLimits& most, Memory& memory)
    : rope(config, most.positions, memory) {
  const auto rows = static_cast<std::size_t>(std::min(most.tokens, most.predictions)),
             predictions = static_cast<std::size_t>(most.predictions);
  const auto floats = [&](const char* name, std::size_t count) {
    return memory.template take<float>(name, count);
  };
  workspace = memory.template take<std::byte>("workspace of products", compute::product_workspace);
  arrays = memory.template take<std::int32_t>("arrays of a pack", array_elements(most));
  for (device::Span<float>* of_rows : {&largest, &normaliser, &entropy, &coefficient, &dentropy}) {
    *of_rows = floats("rows of the head", rows);
  }
  for (device::Span<float>* of_predictions : {&logprob, &dlogprob}) {
    *of_predictions = floats("predictions", predictions);
  }
}

/// Of a token: id, position, by_id (3), and for each call the first key and query and the first part; of a
/// prediction: row, by_row (3), first and target. And the ends of these arrays.
template <class T>
std::size_t GpuBuffers<T>::array_elements(const PackLimits& most) {
  const auto generations = static_cast<std::size_t>(most.generations);
  const std::size_t calls = (generations + 1) * (generations + 2) / 2;
  return static_cast<std::size_t>(most.tokens) * (6 + 2 * calls) +
         static_cast<std::size_t>(most.predictions) * 6 + 64;
}

template <class T>
std::size_t GpuScratch<T>::partial_elements(const ModelConfig& config, const PackLimits& most) {
  const std::int64_t width = (config.heads + 2 * config.kv_heads) * config.head_dim;
  return std::max({compute::rms_norm_partial(most.tokens, config.hidden),
                   compute::column_sums_partial(most.tokens, width),
                   compute::head_norm_partial(most.tokens * config.heads, config.head_dim),
                   compute::attention_backward_partial(most.tokens, config.heads)});
}

}  // namespace srl::model
