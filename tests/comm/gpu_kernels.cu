#include "comm/gpu_kernels.hpp"
#include "device/kernel.hpp"

namespace srl::comm::testing {
namespace {

constexpr unsigned threads = 64;

__global__ void backward_kernel(const float* weights, float* gradient, unsigned count, float value) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) { gradient[i] = value * weights[i]; }
}
__global__ void step_kernel(float* weights, const float* gradient, unsigned count) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) { weights[i] -= 0.25F * gradient[i]; }
}

}  // namespace

void backward(const device::Stream& stream, device::Span<const float> weights, device::Span<float> gradient,
              float value) {
  device::launch<backward_kernel>(stream, {device::blocks_for(weights.size(), threads), threads},
                                  weights.data(), gradient.data(), static_cast<unsigned>(weights.size()),
                                  value);
}
void step(const device::Stream& stream, device::Span<float> weights, device::Span<const float> gradient) {
  device::launch<step_kernel>(stream, {device::blocks_for(weights.size(), threads), threads}, weights.data(),
                              gradient.data(), static_cast<unsigned>(weights.size()));
}

}  // namespace srl::comm::testing
