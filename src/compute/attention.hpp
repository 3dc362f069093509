#pragma once
// Attention over packs, for training and prefill on a GPU: the queries of each sequence over its own keys.
//
//   out[i] = sum over the seen j of softmax(q[i] k[j] / sqrt(head_dim)) v[j]          per head
//   lse[i] = log of the sum over the seen j of exp(q[i] k[j] / sqrt(head_dim))
//
//   q, out, dout, dq [queries, heads * head_dim]     k, v, dk, dv [keys, kv_heads * head_dim]
//   lse [queries, heads] in fp32                     head h has the keys of kv head h / (heads / kv_heads)
//
// Backward, with p = exp(q[i] k[j] / sqrt(head_dim) - lse[i]) and ds = p (dout[i] v[j] - dout[i] out[i]):
//
//   dq[i] = sum over j of ds k[j] / sqrt(head_dim)
//   dk[j] = sum over i and the heads of j of ds q[i] / sqrt(head_dim),  dv[j] = the same of p dout[i]
//
// Elements are bf16 or fp32 (T). In bf16 products are those of tensor cores, bf16 in and fp32 out, and p and
// ds are rounded to bf16 where they multiply rows. In fp32 nothing is rounded further. Sums are fp32 and have
// one order: keys in tiles of 32; dk and dv over the heads in order, then over queries in tiles of 32. There
// are no atomics. A sequence's bits do not depend on the other sequences. The method is FlashAttention-2 (Dao
// 2023), without its splits.
#include <cstdint>
#include <type_traits>

#include "compute/gpu_rows.hpp"
#include "device/dtype.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// Sequence s has queries first_query[s] to first_query[s + 1] - 1, and keys likewise. Arrays in a GPU's
/// memory, [sequences + 1], ascending from 0.
struct GpuSequences {
  device::Span<const std::int32_t> first_query, first_key;
  std::int32_t longest_query = 0, longest_key = 0;  ///< of a sequence
  /// The last query of a sequence sees all of its keys, and each query one key less than the next. Else every
  /// query sees all keys. The out of a query that sees none is 0, its lse minus infinity.
  bool causal = true;
};

template <class T>
struct GpuQkvOf {
  GpuRows<const T> queries, keys, values;
};
using GpuQkv = GpuQkvOf<device::Bf16>;

/// On a GPU, in the stream's order. Rows begin at multiples of 16 bytes; head_dim is a multiple of 8, at most
/// 128. Throws Bug if shapes do not fit. first_query and first_key must end with the number of rows.
template <class T>
void attention(const device::Stream& stream, const std::type_identity_t<GpuQkvOf<T>>& qkv,
               const GpuSequences& sequences, GpuRows<T> out, GpuRows<float> lse);

template <class T>
struct GpuQkvGradientOf {
  GpuRows<T> queries, keys, values;
};
using GpuQkvGradient = GpuQkvGradientOf<device::Bf16>;

/// Floats that attention_backward needs as `partial`.
std::size_t attention_backward_partial(std::int64_t queries, std::int64_t heads);

/// Writes the gradients. `out` and `lse` may be those over more keys than these, joined by merge_attention;
/// then the gradients are those that pass through these keys. `partial` is overwritten. With fp32 heads of
/// more than 64 a block needs 132 KiB of shared memory, which GPUs for data centers have; others refuse the
/// launch.
template <class T>
void attention_backward(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> dout,
                        const std::type_identity_t<GpuQkvOf<T>>& qkv, const GpuSequences& sequences,
                        std::type_identity_t<GpuRows<const T>> out, GpuRows<const float> lse,
                        const GpuQkvGradientOf<T>& gradient, device::Span<float> partial);

}  // namespace srl::compute
