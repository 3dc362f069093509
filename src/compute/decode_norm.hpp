#pragma once
// The norm of decoding, fused with the addition of the layer's result to the hidden state:
//
//   hidden += addend (if there is one)           hidden, addend, out [rows, width], weight [width]
//   out[r]  = weight * (hidden[r] / sqrt(mean(hidden[r]^2) + eps))
//
// A row does not depend on the others. On a GPU elements are float or bf16 (T). The norm is that of the
// rounded hidden state; sums are fp32.
#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// addend (may be null) and out are contiguous and have the shape of `hidden`.
void add_and_norm(Rows<float> hidden, const float* addend, const float* weight, double eps, float* out);

/// Sum of squares: eight running sums, then a fixed tree, then the last width % 8 elements one by one.
template <class T>
T sum_of_squares(const T* x, std::int64_t width);

/// On a GPU, in the stream's order. Throws Bug if shapes do not fit. Without rows, `addend` is not added.
template <class T>
void add_and_norm(const device::Stream& stream, GpuRows<T> hidden,
                  std::type_identity_t<GpuRows<const T>> addend,
                  std::type_identity_t<device::Span<const T>> weight, float eps, GpuRows<T> out);

}  // namespace srl::compute
