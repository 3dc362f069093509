#include "compute/gpu/attention/packed.hpp"
#include "compute/gpu/attention/tile.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

/// One block per 64 queries of a sequence and head; a warp has 16 queries.
template <int dim>
__global__ void forward_kernel(PackedAttention of, Rows<Bf16> out, Rows<float> lse) {
  const Sequence sequence = of.sequence(blockIdx.z);
  const auto begin = static_cast<std::int32_t>(blockIdx.x) * block_rows;
  if (begin >= sequence.queries) { return; }
  const std::int64_t head = blockIdx.y;
  const auto warp = static_cast<std::int32_t>(threadIdx.x / 32),
             group = static_cast<std::int32_t>(threadIdx.x % 32 / 4);
  const std::int32_t first = begin + warp * 16;
  WarpTile<dim> tile;
  std::int32_t seen[2];
  for (int half = 0; half < 2; ++half) {
    const std::int32_t query = first + group + 8 * half;
    const bool exists = query < sequence.queries;
    tile.load_query(half,
                    exists ? of.queries.row(sequence.first_query + query) + head * of.head_dim : nullptr,
                    of.head_dim);
    seen[half] = sequence.seen(query);
  }
  const auto last_of = [&](std::int32_t end) {
    return end < sequence.queries ? end - 1 : sequence.queries - 1;
  };
  const std::int32_t keys = sequence.seen(last_of(begin + block_rows)),
                     of_warp = first < sequence.queries ? sequence.seen(last_of(first + 16)) : 0;
  const TwoRows from = of.keys_and_values(sequence, of.kv_head_of(head));
  const Stages<dim> stages{dynamic_shared<Bf16>()};
  if (keys > 0) { begin_load<dim>(stages.first(0), from, 0, keys, tile_rows, of.head_dim); }
  device::copy_async_commit();
  for (std::int32_t at = 0, stage = 0; at < keys; at += tile_rows, ++stage) {
    const std::int32_t next = at + tile_rows;
    if (next < keys) { begin_load<dim>(stages.first(stage + 1), from, next, keys, tile_rows, of.head_dim); }
    device::copy_async_commit();
    device::copy_async_wait<1>();
    __syncthreads();
    if (at < of_warp) {
      tile.add(stages.first(stage), stages.second(stage), {seen[0] - at, seen[1] - at}, of.scale());
    }
    __syncthreads();  // this stage is loaded again
  }
  for (int half = 0; half < 2; ++half) {
    const float sum = tile.finish(half);
    const std::int32_t query = first + group + 8 * half;
    if (query >= sequence.queries) { continue; }
    tile.store(half, out.row(sequence.first_query + query) + head * of.head_dim, of.head_dim);
    if (threadIdx.x % 4 == 0) { lse.row(sequence.first_query + query)[head] = sum; }
  }
}

bool is_aligned(const Rows<const Bf16>& matrix) {
  return moves_at_once<8>(matrix.data) && matrix.stride % 8 == 0;
}

}  // namespace

PackedAttention packed_attention(const GpuQkv& qkv, const GpuSequences& sequences, std::int64_t heads) {
  const Rows<const Bf16>&q = qkv.queries.view, &k = qkv.keys.view, &v = qkv.values.view;
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
  if (!is_aligned(q) || !is_aligned(k) || !is_aligned(v)) {
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

device::Grid packed_grid(std::int32_t longest, std::int64_t heads, const GpuSequences& sequences,
                         std::size_t shared_bytes) {
  return {{device::blocks_for(static_cast<std::size_t>(longest), block_rows), static_cast<unsigned>(heads),
           static_cast<unsigned>(sequences.first_query.size() - 1)},
          attention_threads,
          shared_bytes};
}

void attention(const device::Stream& stream, const GpuQkv& qkv, const GpuSequences& sequences,
               GpuRows<Bf16> out, GpuRows<float> lse) {
  const PackedAttention of = packed_attention(qkv, sequences, lse.view.width);
  check_same_shape(qkv.queries, out);
  check_size("attention", static_cast<std::size_t>(lse.view.rows), static_cast<std::size_t>(out.view.rows),
             "rows of lse");
  if (out.view.rows == 0) { return; }
  with_dim_of(of.head_dim, [&]<int dim>(std::integral_constant<int, dim>) {
    device::launch<forward_kernel<dim>>(
        stream, packed_grid(sequences.longest_query, of.heads, sequences, Stages<dim>::shared_bytes), of,
        out.view, lse.view);
  });
}

}  // namespace srl::compute
