#pragma once
// Kernels of a training step in small.
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::comm::testing {

/// gradient[i] = value * weights[i]
void backward(const device::Stream& stream, device::Span<const float> weights, device::Span<float> gradient,
              float value);
/// weights[i] -= gradient[i] / 4
void step(const device::Stream& stream, device::Span<float> weights, device::Span<const float> gradient);

}  // namespace srl::comm::testing
