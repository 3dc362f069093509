#pragma once
// Attention over packs, as its kernels see it. Only for kernel files.
#include <cmath>
#include <cstdint>

#include "compute/attention.hpp"
#include "compute/gpu/attention/tiles.hpp"
#include "compute/gpu/check.hpp"

namespace srl::compute {

struct Sequence {
  std::int32_t first_query, queries, first_key, keys;
  bool causal;
  /// Keys [0, seen) are seen by a query; none by a query after the last one.
  __device__ std::int32_t seen(std::int32_t query) const {
    if (query >= queries) { return 0; }
    if (!causal) { return keys; }
    return larger(query + 1 + keys - queries, 0);
  }
  /// The first query that sees a key; `queries` if there is none.
  __device__ std::int32_t first_that_sees(std::int32_t key) const {
    return causal ? larger(key - keys + queries, 0) : 0;
  }
};

template <class T>
struct PackedAttention {
  Rows<const T> queries, keys, values;
  const std::int32_t *first_query, *first_key;
  std::int64_t heads, kv_heads, head_dim;
  bool causal;

  __device__ Sequence sequence(unsigned index) const {
    const std::int32_t query = first_query[index], key = first_key[index];
    return {query, first_query[index + 1] - query, key, first_key[index + 1] - key, causal};
  }
  __device__ std::int64_t kv_head_of(std::int64_t head) const { return head / (heads / kv_heads); }
  /// 1 / sqrt(head_dim)
  __device__ float scale() const { return 1.0F / sqrtf(static_cast<float>(head_dim)); }
  /// Keys and values of a sequence.
  __device__ TwoRows<T> keys_and_values(const Sequence& of, std::int64_t kv_head) const {
    return {keys.row(of.first_key) + kv_head * head_dim, values.row(of.first_key) + kv_head * head_dim,
            keys.stride, values.stride};
  }
};

/// Checks shapes; `heads` is the width of lse.
template <class T>
PackedAttention<T> packed_attention(const GpuQkvOf<T>& qkv, const GpuSequences& sequences,
                                    std::int64_t heads);
/// One block per block_rows of the longest sequence's rows, head and sequence.
device::Grid packed_grid(std::int32_t longest, std::int64_t heads, const GpuSequences& sequences,
                         std::size_t shared_bytes);

}  // namespace srl::compute
