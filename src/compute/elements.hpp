#pragma once
// Conversions between fp32 and bf16, sums, and checks for elements that are not finite.
//
//   to[i] = from[i], rounded to nearest, ties to even         from, to [count]
//   to[r] += x[r]                                             x, to [rows, width]
//   finite[r] = 1 if all elements of row r are finite, else 0  x [rows, width], finite [rows]
#include <cstdint>
#include <span>

#include "base/rows.hpp"
#include "compute/gpu_rows.hpp"
#include "device/dtype.hpp"
#include "device/stream.hpp"

namespace srl::compute {

void convert(std::span<const float> from, std::span<device::Bf16> to);
void convert(std::span<const device::Bf16> from, std::span<float> to);

bool all_finite(std::span<const float> x);

// On a GPU, in the stream's order. Throws Bug if shapes differ.
void convert(const device::Stream& stream, device::Span<const float> from, device::Span<device::Bf16> to);
void convert(const device::Stream& stream, device::Span<const device::Bf16> from, device::Span<float> to);
// T: float or bf16.
/// Each element is rounded once.
template <class T>
void add(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> x, GpuRows<T> to);
template <class T>
void finite_rows(const device::Stream& stream, GpuRows<const T> x, device::Span<std::uint32_t> finite);

}  // namespace srl::compute
