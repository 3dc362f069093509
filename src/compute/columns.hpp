#pragma once
// Biases and their gradients.
//
//   x[r] += bias                         x [rows, width], bias [width]
//   sums += sum over r of x[r]           sums [width]
//
// On the CPU in float and double, sums in double, in the order of the rows. On a GPU elements are float or
// bf16 (T) and sums fp32, of 128 rows each and then of these parts, in one order.
#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

template <class T>
void add_bias(Rows<T> x, const T* bias);
template <class T>
void add_column_sums(Rows<T> x, double* sums);

// On a GPU, in the stream's order. Throws Bug if shapes do not fit.

template <class T>
void add_bias(const device::Stream& stream, GpuRows<T> x, std::type_identity_t<device::Span<const T>> bias);

/// Floats that add_column_sums needs as `partial`.
std::size_t column_sums_partial(std::int64_t rows, std::int64_t width);
/// `partial` is overwritten.
template <class T>
void add_column_sums(const device::Stream& stream, GpuRows<const T> x, device::Span<float> sums,
                     device::Span<float> partial);

}  // namespace srl::compute
