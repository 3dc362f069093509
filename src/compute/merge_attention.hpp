#pragma once
// Attention over several ranges of keys, joined to attention over all of them.
//
//   part p   sum over the keys of its range of exp(score - lse[p]) value    parts [parts, heads * head_dim]
//   lse[p]   log of the sum over the keys of its range of exp(score)        lse [parts, heads]
//   row r    has parts first[r] to first[r + 1] - 1                         first [rows + 1]
//
//   out_lse[r] = log of the sum over p of exp(lse[p])                       [rows, heads]
//   out[r]     = sum over p of exp(lse[p] - out_lse[r]) part p              [rows, heads * head_dim]
//
// The lse of a range without keys is minus infinity; its part counts for nothing, whatever it holds. Without
// keys in any range, out is 0 and out_lse minus infinity. Parts are added in their order.
#include <cstdint>
#include <span>
#include <type_traits>

#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// On the CPU, in float and double. out_lse may have no rows; then it is not written.
template <class T>
void merge_attention(Input<T> parts, Input<T> lse, std::span<const std::int32_t> first, Rows<T> out,
                     Rows<T> out_lse);

/// On a GPU, in the stream's order. T, O: float or bf16. Sums are fp32, and each element is rounded once.
/// out_lse may have no rows; then it is not written. Throws Bug if shapes do not fit.
template <class T, class O>
void merge_attention(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> parts,
                     GpuRows<const float> lse, device::Span<const std::int32_t> first, GpuRows<O> out,
                     GpuRows<float> out_lse);

}  // namespace srl::compute
