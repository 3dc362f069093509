#pragma once
// What the GPU's decoder takes of an arena, or would take (gpu_decoder_bytes()).
#include <algorithm>

#include "compute/kv_pages.hpp"
#include "compute/products.hpp"
#include "device/arena.hpp"
#include "model/gpu_rope.hpp"
#include "rollout/decode/gpu_decoder.hpp"
#include "rollout/decode/gpu_plan.hpp"
#include "rollout/sample/gpu_sampler.hpp"

namespace srl::rollout {

inline std::int64_t query_width(const model::ModelConfig& config) {
  return config.heads * config.head_dim;
}
inline std::int64_t qkv_width(const model::ModelConfig& config) {
  return (config.heads + 2 * config.kv_heads) * config.head_dim;
}

/// What is needed only during a call.
template <class T>
struct GpuDecoderScratch {
  device::Span<T> pages;
  device::Span<T> hidden, normed, qkv, attended, gate_up, gated;  ///< [rows, width]
  device::Span<T> chosen;                                         ///< [rows with logits, hidden]
  device::Span<float> logits;                                     ///< [rows with logits, vocabulary]
  device::Span<float> partial;                                    ///< of attention
};

template <class T>
struct GpuDecoderMemory {
  std::int64_t page_elements, page_count;
  RowLimits limits;
  GpuDecoderScratch<T> scratch;
  device::Span<std::int32_t> arrays;
  device::Span<std::uint32_t> finite;  ///< [rows]
  device::Span<std::byte> workspace;   ///< of products
  model::GpuRope rope;
  GpuSamplerMemory sampler;

  /// All but `scratch`. Memory: device::Arena, or ArenaCount.
  template <class Memory>
  GpuDecoderMemory(const model::ModelConfig& config, const RolloutOptions& options, Memory& memory)
      : page_elements(compute::GpuPagesOf<T>({}, config.layers, config.kv_heads, config.head_dim).elements()),
        page_count(static_cast<std::int64_t>(options.kv_cache_bytes.value) / page_bytes()),
        limits(limits_of(config, options)),
        rope(config, limits.longest, memory),
        sampler(config.vocab, options.max_sequences, memory) {
    arrays = memory.template take<std::int32_t>("arrays of decoding", limits.array_elements());
    finite = memory.template take<std::uint32_t>("finite rows", static_cast<std::size_t>(limits.rows));
    workspace = memory.template take<std::byte>("workspace of products", compute::product_workspace);
  }
  template <class Memory>
  void take_scratch(const model::ModelConfig& config, const RolloutOptions& options, Memory& memory) {
    const auto take = [&](const char* name, std::int64_t rows, std::int64_t width) {
      return memory.template take<T>(name, static_cast<std::size_t>(rows * width));
    };
    const auto floats = [&](const char* name, std::int64_t rows, std::int64_t width) {
      return memory.template take<float>(name, static_cast<std::size_t>(rows * width));
    };
    scratch.pages = take("key/value cache", page_count, page_elements);
    scratch.hidden = take("rows of decoding", limits.rows, config.hidden);
    scratch.normed = take("rows of decoding", limits.rows, config.hidden);
    scratch.qkv = take("rows of decoding", limits.rows, qkv_width(config));
    scratch.attended = take("rows of decoding", limits.rows, query_width(config));
    scratch.gate_up = take("rows of decoding", limits.rows, 2 * config.intermediate);
    scratch.gated = take("rows of decoding", limits.rows, config.intermediate);
    scratch.chosen = take("rows of decoding", options.max_sequences, config.hidden);
    scratch.logits = floats("logits of decoding", options.max_sequences, config.vocab);
    scratch.partial = floats("parts of attention", limits.parts(), config.heads * (config.head_dim + 1));
  }
  std::int64_t page_bytes() const { return page_elements * std::int64_t{sizeof(T)}; }

 private:
  RowLimits limits_of(const model::ModelConfig& config, const RolloutOptions& options) const {
    const std::int64_t cached = page_count * block_tokens;
    return {most_rows(options), options.max_sequences,
            config.max_positions > 0 ? std::min(config.max_positions, cached) : cached,
            config.heads / config.kv_heads};
  }
};

}  // namespace srl::rollout
