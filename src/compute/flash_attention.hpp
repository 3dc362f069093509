#pragma once
// Attention over packs by LibTorch's FlashAttention-2 (Dao 2023), beside our own kernel. Formulas, shapes and
// rules are those of attention.hpp, in bf16. In a build for CUDA this is the pair of functions
// at::_flash_attention_forward and _backward in its deterministic mode: all sums have one order. On the
// emulated GPU a slow stand-in takes its place, for tests. Without GPUs it does not exist.
#include <cstddef>
#include <cstdint>

#include "compute/attention.hpp"

namespace srl::compute {

/// Whether this program has it.
bool flash_attention_available();

struct AttentionShape {
  std::int64_t heads = 0, kv_heads = 0, head_dim = 0;
};

/// Keeps nothing between calls. What LibTorch allocates during a call comes from `memory` and from nowhere
/// else, so nothing is allocated on the GPU after the start. All calls with one memory must be in one stream.
class FlashAttention {
 public:
  /// Bytes for calls with up to `tokens` queries and keys, in sequences of 32 queries or more on average.
  static std::size_t memory(std::int64_t tokens, const AttentionShape& shape, bool backward);

  /// EnvironmentError if this program has no FlashAttention.
  FlashAttention(const device::Device& device, device::Span<std::byte> memory);

  /// attention() of attention.hpp. False, and nothing is done, if the call needs more memory. The lse of a
  /// query that sees no key is plus infinity here.
  [[nodiscard]] bool forward(const device::Stream& stream, const GpuQkv& qkv, const GpuSequences& sequences,
                             const GpuRows<device::Bf16>& out, const GpuRows<float>& lse) const;
  /// attention_backward() of attention.hpp, also with a joined `out` and `lse`. False as above.
  [[nodiscard]] bool backward(const device::Stream& stream, const GpuRows<const device::Bf16>& dout,
                              const GpuQkv& qkv, const GpuSequences& sequences,
                              const GpuRows<const device::Bf16>& out, const GpuRows<const float>& lse,
                              const GpuQkvGradient& gradient) const;

 private:
  device::Span<std::byte> memory_;
  std::int64_t processors_;
};

}  // namespace srl::compute
