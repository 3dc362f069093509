// The build without FlashAttention.
#include "base/error.hpp"
#include "compute/gpu/flash/back_end.hpp"

namespace srl::compute {

bool flash_attention_available() {
  return false;
}

namespace flash {
namespace {

[[noreturn]] void refuse() {
  throw EnvironmentError("FlashAttention on a GPU: this build has none; build with the preset cuda-release");
}

}  // namespace

bool is_automatic() {
  return true;
}

std::int64_t processors(const device::Device&) {
  refuse();
}

std::int32_t comparison_factor() {
  return 1;
}

void forward(const device::Stream&, device::Span<std::byte>, const AttentionShape&, const GpuQkv&,
             const GpuSequences&, const GpuRows<device::Bf16>&, const GpuRows<float>&) {
  refuse();
}

void backward(const device::Stream&, device::Span<std::byte>, const AttentionShape&,
              const GpuRows<const device::Bf16>&, const GpuQkv&, const GpuSequences&,
              const GpuRows<const device::Bf16>&, const GpuRows<const float>&, const GpuQkvGradient&) {
  refuse();
}

}  // namespace flash
}  // namespace srl::compute
