#include "compute/gpu/attention/packed.hpp"
#include "compute/gpu/attention/tile.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

/// One block per 64 queries of a sequence and head; a warp has 16 queries.
template <class T, int dim>
__global__ void forward_kernel(PackedAttention<T> of, Rows<T> out, Rows<float> lse) {
  const Sequence sequence = of.sequence(blockIdx.z);
  const auto begin = static_cast<std::int32_t>(blockIdx.x) * block_rows;
  if (begin >= sequence.queries) { return; }
  const std::int64_t head = blockIdx.y;
  const auto warp = static_cast<std::int32_t>(threadIdx.x / 32),
             group = static_cast<std::int32_t>(threadIdx.x % 32 / 4);
  const std::int32_t first = begin + warp * 16;
  WarpTile<dim> tile;
  std::int32_t seen[2];
  for (int half = 0; half < 2; ++half) { seen[half] = sequence.seen(first + group + 8 * half); }
  const auto last_of = [&](std::int32_t end) { return smaller(end, sequence.queries) - 1; };
  const std::int32_t keys = sequence.seen(last_of(begin + block_rows)),
                     of_warp = first < sequence.queries ? sequence.seen(last_of(first + 16)) : 0;
  const TwoRows<T> from = of.keys_and_values(sequence, of.kv_head_of(head));
  const BlockMemory<T, dim, 1> memory(dynamic_shared<T>());
  const Stages<T, dim>& stages = memory.stages;
  const auto query_row = [&](std::int32_t query) {
    return of.queries.row(sequence.first_query + query) + head * of.head_dim;
  };
  begin_load<dim>(memory.own, query_row, begin, sequence.queries, block_rows, of.head_dim);
  if (keys > 0) { begin_load_both<dim>(stages.first(0), from, 0, keys, tile_rows, of.head_dim); }
  device::copy_async_commit();
  for (std::int32_t at = 0, stage = 0; at < keys; at += tile_rows, ++stage) {
    const std::int32_t next = at + tile_rows;
    if (next < keys) {
      begin_load_both<dim>(stages.first(stage + 1), from, next, keys, tile_rows, of.head_dim);
    }
    device::copy_async_commit();
    device::copy_async_wait<1>();
    __syncthreads();
    if (at < of_warp) {
      tile.add(memory.of_warp(warp), stages.first(stage), stages.second(stage), {seen[0] - at, seen[1] - at},
               of.scale());
    }
    __syncthreads();  // this stage is loaded again
  }
  device::copy_async_wait<0>();
  for (int half = 0; half < 2; ++half) {
    const float sum = tile.finish(half);
    const std::int32_t query = first + group + 8 * half;
    if (query >= sequence.queries) { continue; }
    tile.store(half, out.row(sequence.first_query + query) + head * of.head_dim, of.head_dim);
    if (threadIdx.x % 4 == 0) { lse.row(sequence.first_query + query)[head] = sum; }
  }
}

}  // namespace

template <class T>
PackedAttention<T> packed_attention(const GpuQkvOf<T>& qkv, const GpuSequences& sequences,
                                    std::int64_t heads) {
  constexpr int lanes = most_lanes_of<T>;
  const Rows<const T>&q = qkv.queries.view, &k = qkv.keys.view, &v = qkv.values.view;
  const std::int64_t head_dim = heads > 0 ? q.width / heads : 0,
                     kv_heads = head_dim > 0 ? k.width / head_dim : 0;
  check_size("attention", sequences.first_key.size(), sequences.first_query.size(), "first keys");
  check_same_shape(qkv.keys, qkv.values);
  if (sequences.first_query.empty() || sequences.longest_query < 0 || sequences.longest_key < 0) {
    throw Bug("attention without sequences");
  }
  if (kv_heads < 1 || q.width != heads * head_dim || k.width != kv_heads * head_dim ||
      heads % kv_heads != 0 || head_dim % 8 != 0 || head_dim > 128) {
    throw Bug("attention: " + std::to_string(heads) + " heads in queries of " + std::to_string(q.width) +
              " and keys of " + std::to_string(k.width));
  }
  if (!moves_at_once<lanes>(q) || !moves_at_once<lanes>(k) || !moves_at_once<lanes>(v)) {
    throw Bug("attention: rows that do not begin at multiples of 16 bytes");
  }
  return {q,
          k,
          v,
          sequences.first_query.data(),
          sequences.first_key.data(),
          heads,
          kv_heads,
          head_dim,
          sequences.causal};
}
template PackedAttention<Bf16> packed_attention(const GpuQkvOf<Bf16>&, const GpuSequences&, std::int64_t);
template PackedAttention<float> packed_attention(const GpuQkvOf<float>&, const GpuSequences&, std::int64_t);

device::Grid packed_grid(std::int32_t longest, std::int64_t heads, const GpuSequences& sequences,
                         std::size_t shared_bytes) {
  return {{device::blocks_for(static_cast<std::size_t>(longest), block_rows), static_cast<unsigned>(heads),
           static_cast<unsigned>(sequences.first_query.size() - 1)},
          attention_threads,
          shared_bytes};
}

template <class T>
void attention(const device::Stream& stream, const std::type_identity_t<GpuQkvOf<T>>& qkv,
               const GpuSequences& sequences, GpuRows<T> out, GpuRows<float> lse) {
  const PackedAttention<T> of = packed_attention(qkv, sequences, lse.view.width);
  check_same_shape(qkv.queries, out);
  check_size("attention", static_cast<std::size_t>(lse.view.rows), static_cast<std::size_t>(out.view.rows),
             "rows of lse");
  if (out.view.rows == 0) { return; }
  with_dim_of(of.head_dim, [&]<int dim>(std::integral_constant<int, dim>) {
    constexpr std::size_t shared = BlockMemory<T, dim, 1>::shared_bytes;
    device::launch<forward_kernel<T, dim>>(
        stream, packed_grid(sequences.longest_query, of.heads, sequences, shared), of, out.view, lse.view);
  });
}

template void attention(const Stream&, const GpuQkvOf<Bf16>&, const GpuSequences&, GpuRows<Bf16>,
                        GpuRows<float>);
template void attention(const Stream&, const GpuQkvOf<float>&, const GpuSequences&, GpuRows<float>,
                        GpuRows<float>);

}  // namespace srl::compute
