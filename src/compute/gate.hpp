#pragma once
// The gate of the feed-forward layer, SwiGLU (Shazeer 2020), with silu(g) = g / (1 + e^-g):
//
//   out    = silu(gate) * up                                 gate_up [rows, 2 width] = gate, then up
//   dgate  = dout * up * s (1 + gate (1 - s))                s = 1 / (1 + e^-gate)
//   dup    = dout * silu(gate)                               out, dout [rows, width], dgate_up as gate_up
//
// On the CPU in float and double. On a GPU elements are float or bf16 (T); the arithmetic is fp32, and each
// element is rounded once.
#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

template <class T>
void gated(Input<T> gate_up, Rows<T> out);
/// Writes dgate_up, and recomputes `out`.
template <class T>
void gated_backward(Input<T> gate_up, Input<T> dout, Rows<T> dgate_up, Rows<T> out);
/// For decoding: gate_up is contiguous. Its exponential has other roundings than that of gated().
void decode_gated(const float* gate_up, Rows<float> out);

// On a GPU, in the stream's order. Throws Bug if shapes do not fit.

template <class T>
void gated(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> gate_up, GpuRows<T> out);
/// dgate_up may be gate_up, and `out` may be dout.
template <class T>
void gated_backward(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> gate_up,
                    std::type_identity_t<GpuRows<const T>> dout, GpuRows<T> dgate_up, GpuRows<T> out);

}  // namespace srl::compute
