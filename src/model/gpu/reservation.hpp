#pragma once
// The memory of a GPU machine: how much each tensor needs for the largest pack, and the tensors. Only for
// this room.
#include <algorithm>
#include <string>
#include <vector>

#include "compute/gpu_rows.hpp"
#include "model/forward/activations.hpp"

namespace srl::model {

/// The types of tensors on a GPU with elements T: float or bf16.
template <class T>
struct GpuTensors {
  using Activations = compute::GpuRows<T>;
  using Weights = compute::GpuRows<const T>;
  using WeightVector = device::Span<const T>;
  using Gradient = compute::GpuRows<float>;
  using GradientVector = device::Span<float>;
  using Scales = device::Span<float>;
  using LogSums = compute::GpuRows<float>;
};

/// Bytes of each slot. It has the functions of a machine that take memory; their tensors must not be used.
template <class T>
class GpuReservation : public GpuTensors<T> {
 public:
  GpuReservation(const ModelConfig& config, const PackLimits& most);
  const ModelConfig& config() const { return config_; }
  compute::GpuRows<T> take(std::size_t slot, std::int64_t rows, std::int64_t width) {
    return rows_of<T>(slot, rows, width);
  }
  device::Span<float> take_scales(std::size_t slot, std::int64_t rows) {
    note(slot, static_cast<std::size_t>(rows) * sizeof(float));
    return {};
  }
  compute::GpuRows<float> take_log_sums(std::size_t slot, std::int64_t rows, std::int64_t heads) {
    return rows_of<float>(slot, rows, heads);
  }
  compute::GpuRows<float> take_logits(std::size_t slot, std::int64_t rows, std::int64_t width) {
    return rows_of<float>(slot, rows, width);
  }
  const std::vector<std::size_t>& bytes() const { return bytes_; }  ///< [slots]

 private:
  void note(std::size_t slot, std::size_t bytes) {
    if (bytes_.size() <= slot) { bytes_.resize(slot + 1); }
    bytes_[slot] = std::max(bytes_[slot], bytes);
  }
  template <class E>
  compute::GpuRows<E> rows_of(std::size_t slot, std::int64_t rows, std::int64_t width) {
    const auto elements = static_cast<std::size_t>(rows * width);
    note(slot, elements * sizeof(E));
    return {device::Span<E>(nullptr, elements), rows, width};
  }

  const ModelConfig& config_;
  std::vector<std::size_t> bytes_;
};

template <class T>
GpuReservation<T>::GpuReservation(const ModelConfig& config, const PackLimits& most) : config_(config) {
  const std::int64_t tokens = most.tokens, rows = std::min(tokens, most.predictions), hidden = config.hidden,
                     queries = config.heads * config.head_dim,
                     width = queries + 2 * config.kv_heads * config.head_dim;
  const Keep keep = most.backward ? kept_with(most.recompute) : Keep::nothing;
  for (std::size_t l = 0; l < static_cast<std::size_t>(config.layers); ++l) {
    state_of(*this, l, keep, tokens);
  }
  stream_of(*this, static_cast<std::size_t>(config.layers), keep, tokens);
  take(normed, tokens, hidden);
  take(gated_out, tokens, config.intermediate);
  take(hidden_rows, rows, hidden);
  take(gathered, rows, hidden);
  take_scales(row_scales, rows);
  take_logits(head_logits, std::min(rows, logits_rows(most.head_chunk)), config.vocab);
  if (!most.backward) { return; }
  take(dgated, tokens, config.intermediate);
  take(dgate_up, tokens, 2 * config.intermediate);
  take(dnormed, tokens, hidden);
  take(dattended, tokens, queries);
  take(dqkv, tokens, width);
  take(recomputed_output, keep == Keep::inputs ? tokens : 0, hidden);
  take(gradient_rows, rows, hidden);
  take(gradient, tokens, hidden);
  take(hidden_gradient, rows, hidden);
}

/// The slots in a GPU's memory. Memory: device::Arena, or ArenaCount.
class GpuSlots {
 public:
  GpuSlots() = default;
  template <class Memory>
  GpuSlots(const std::vector<std::size_t>& bytes, Memory& memory) {
    for (const std::size_t of_slot : bytes) {
      slots_.push_back(memory.template take<std::byte>("activations", of_slot));
    }
  }
  /// Bug if the slot is smaller: the pack is larger than it may be.
  template <class T>
  device::Span<T> take(std::size_t slot, std::int64_t elements) const {
    const std::size_t bytes = static_cast<std::size_t>(elements) * sizeof(T);
    if (slot >= slots_.size() || bytes > slots_[slot].size()) {
      throw Bug("a pack is larger than the memory that was planned for it");
    }
    return slots_[slot].first(bytes).template as<T>();
  }

 private:
  std::vector<device::Span<std::byte>> slots_;
};

}  // namespace srl::model
