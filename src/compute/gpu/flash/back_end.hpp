#pragma once
// FlashAttention as the back ends (none, cuda, emulated) define it. Shapes are checked, and there is at least
// one query and one key.
#include "compute/flash_attention.hpp"

namespace srl::compute::flash {

/// Whether compute.attention = auto may use it. Without GPUs: whether a build with GPUs would.
bool is_automatic();
/// Multiprocessors of the GPU. The memory of the backward depends on their number.
std::int64_t processors(const device::Device& device);
/// The factor of the sequences' lengths in the comparison at the start.
std::int32_t comparison_factor();

void forward(const device::Stream& stream, device::Span<std::byte> memory, const AttentionShape& shape,
             const GpuQkv& qkv, const GpuSequences& sequences, const GpuRows<device::Bf16>& out,
             const GpuRows<float>& lse);
void backward(const device::Stream& stream, device::Span<std::byte> memory, const AttentionShape& shape,
              const GpuRows<const device::Bf16>& dout, const GpuQkv& qkv, const GpuSequences& sequences,
              const GpuRows<const device::Bf16>& out, const GpuRows<const float>& lse,
              const GpuQkvGradient& gradient);

}  // namespace srl::compute::flash
