#include "compute/gpu/attention/packed.hpp"
#include "compute/gpu/attention/tile_products.hpp"

namespace srl::compute {
namespace {

constexpr unsigned heads_per_block = 4;

/// Of queries: [queries, heads] each. `dots`: dout · out per head.
template <class T>
struct OfQueries {
  Rows<const T> dout;
  Rows<const float> lse;
  Rows<const float> dots;
};

/// One warp per row and head.
template <class T>
__global__ void dots_kernel(Rows<const T> dout, Rows<const T> out, Rows<float> dots) {
  const std::int64_t head = static_cast<std::int64_t>(blockIdx.y) * blockDim.y + threadIdx.y;
  if (head >= dots.width) { return; }
  const std::int64_t head_dim = out.width / dots.width, begin = head * head_dim;
  const T *const a = dout.row(blockIdx.x) + begin, *const b = out.row(blockIdx.x) + begin;
  float sum = 0;
  for (std::int64_t i = threadIdx.x; i < head_dim; i += 32) { sum += as_float(a[i]) * as_float(b[i]); }
  sum = warp_sum(sum);
  if (threadIdx.x == 0) { dots.row(blockIdx.x)[head] = sum; }
}

/// A score's weight, and the gradient of the score.
struct Weight {
  float weight = 0, gradient = 0;
  __device__ Weight(bool is_seen, float score, float dweight, float lse, float dot) {
    if (is_seen) {
      weight = expf(score - lse);
      gradient = weight * (dweight - dot);
    }
  }
};

/// dq: one block per 64 queries of a sequence and head; a warp has 16 queries and reads all keys that they
/// see.
template <class T, int dim>
__global__ void queries_kernel(PackedAttention<T> of, OfQueries<T> with, Rows<T> dqueries) {
  const Sequence sequence = of.sequence(blockIdx.z);
  const auto begin = static_cast<std::int32_t>(blockIdx.x) * block_rows;
  if (begin >= sequence.queries) { return; }
  const std::int64_t head = blockIdx.y, column = head * of.head_dim;
  const auto warp = static_cast<std::int32_t>(threadIdx.x / 32),
             group = static_cast<std::int32_t>(threadIdx.x % 32 / 4),
             t = static_cast<std::int32_t>(threadIdx.x % 4);
  const BlockMemory<T, dim, 2> memory(dynamic_shared<T>());
  const TwoRows<T> own{of.queries.row(sequence.first_query) + column,
                       with.dout.row(sequence.first_query) + column, of.queries.stride, with.dout.stride},
      from = of.keys_and_values(sequence, of.kv_head_of(head));
  float lse[2], dot[2];
  std::int32_t seen[2];
  for (int half = 0; half < 2; ++half) {
    const std::int32_t query = begin + warp * 16 + group + 8 * half;
    const bool exists = query < sequence.queries;
    lse[half] = exists ? with.lse.row(sequence.first_query + query)[head] : 0;
    dot[half] = exists ? with.dots.row(sequence.first_query + query)[head] : 0;
    seen[half] = sequence.seen(query);
  }
  const std::int32_t end = smaller(begin + block_rows, sequence.queries);
  const std::int32_t keys = sequence.seen(end - 1);
  const float scale = of.scale();
  float dq[dim / 8][4];
  clear(dq);
  begin_load_both<dim>(memory.own, own, begin, sequence.queries, block_rows, of.head_dim);
  if (keys > 0) { begin_load_both<dim>(memory.stages.first(0), from, 0, keys, tile_rows, of.head_dim); }
  device::copy_async_commit();
  for (std::int32_t at = 0, stage = 0; at < keys; at += tile_rows, ++stage) {
    const std::int32_t next = at + tile_rows;
    if (next < keys) {
      begin_load_both<dim>(memory.stages.first(stage + 1), from, next, keys, tile_rows, of.head_dim);
    }
    device::copy_async_commit();
    device::copy_async_wait<1>();
    __syncthreads();
    float scores[tile_rows / 8][4], dweights[tile_rows / 8][4];
    multiply_rows<dim>(memory.of_warp(warp, 0), memory.stages.first(stage), scores);
    multiply_rows<dim>(memory.of_warp(warp, 1), memory.stages.second(stage), dweights);
    for (int n = 0; n < tile_rows / 8; ++n) {
      for (int i = 0; i < 4; ++i) {
        const std::int32_t key = at + n * 8 + 2 * t + i % 2;
        scores[n][i] =
            Weight(key < seen[i / 2], scores[n][i] * scale, dweights[n][i], lse[i / 2], dot[i / 2]).gradient;
      }
    }
    add_weighted_rows<dim>(scores, memory.stages.first(stage), dq);
    __syncthreads();  // this stage is loaded again
  }
  device::copy_async_wait<0>();
  for (int half = 0; half < 2; ++half) {
    const std::int32_t query = begin + warp * 16 + group + 8 * half;
    if (query >= sequence.queries) { continue; }
    store_row<dim>(dq, half, scale, dqueries.row(sequence.first_query + query) + column, of.head_dim);
  }
}

/// Where a lane's scores are: a head, the first query of the tile, and the first key of the lane.
struct ScorePlace {
  std::int64_t head;
  std::int32_t query, key;
};
/// Scores and gradients of weights, keys down and queries across, become weights and gradients of scores.
template <class T>
__device__ void weigh(const Sequence& sequence, const OfQueries<T>& with, const ScorePlace& place,
                      float scale, float (&scores)[tile_rows / 8][4], float (&dweights)[tile_rows / 8][4]) {
  const auto t = static_cast<std::int32_t>(threadIdx.x % 4);
  for (int n = 0; n < tile_rows / 8; ++n) {
    for (int right = 0; right < 2; ++right) {
      const std::int32_t query = place.query + n * 8 + 2 * t + right, seen = sequence.seen(query);
      const std::int64_t row = sequence.first_query + query;
      const float lse = seen > 0 ? with.lse.row(row)[place.head] : 0,
                  dot = seen > 0 ? with.dots.row(row)[place.head] : 0;
      for (int half = 0; half < 2; ++half) {
        float &score = scores[n][2 * half + right], &dweight = dweights[n][2 * half + right];
        const Weight weight(place.key + 8 * half < seen, score * scale, dweight, lse, dot);
        score = weight.weight;
        dweight = weight.gradient;
      }
    }
  }
}

/// dk and dv: one block per 64 keys of a sequence and kv head; a warp has 16 keys and reads all queries that
/// see them, head after head.
template <class T, int dim>
__global__ void keys_kernel(PackedAttention<T> of, OfQueries<T> with, Rows<T> dkeys, Rows<T> dvalues) {
  const Sequence sequence = of.sequence(blockIdx.z);
  const auto begin = static_cast<std::int32_t>(blockIdx.x) * block_rows;
  if (begin >= sequence.keys) { return; }
  const std::int64_t kv_head = blockIdx.y, per_kv = of.heads / of.kv_heads;
  const auto warp = static_cast<std::int32_t>(threadIdx.x / 32),
             group = static_cast<std::int32_t>(threadIdx.x % 32 / 4);
  const BlockMemory<T, dim, 2> memory(dynamic_shared<T>());
  const std::int32_t first = sequence.first_that_sees(begin), queries = sequence.queries - first;
  const std::int32_t tiles = queries > 0 ? (queries + tile_rows - 1) / tile_rows : 0,
                     steps = tiles * static_cast<std::int32_t>(per_kv);
  const auto head_at = [&](std::int32_t step) { return kv_head * per_kv + step / tiles; };
  const auto query_at = [&](std::int32_t step) { return first + step % tiles * tile_rows; };
  const auto load = [&](std::int32_t step) {
    const std::int64_t column = head_at(step) * of.head_dim;
    const TwoRows<T> from{of.queries.row(sequence.first_query) + column,
                          with.dout.row(sequence.first_query) + column, of.queries.stride, with.dout.stride};
    begin_load_both<dim>(memory.stages.first(step), from, query_at(step), sequence.queries, tile_rows,
                         of.head_dim);
  };
  const float scale = of.scale();
  float dk[dim / 8][4], dv[dim / 8][4];
  clear(dk);
  clear(dv);
  begin_load_both<dim>(memory.own, of.keys_and_values(sequence, kv_head), begin, sequence.keys, block_rows,
                       of.head_dim);
  if (steps > 0) { load(0); }
  device::copy_async_commit();
  for (std::int32_t step = 0; step < steps; ++step) {
    if (step + 1 < steps) { load(step + 1); }
    device::copy_async_commit();
    device::copy_async_wait<1>();
    __syncthreads();
    float scores[tile_rows / 8][4], dweights[tile_rows / 8][4];
    multiply_rows<dim>(memory.of_warp(warp, 0), memory.stages.first(step), scores);
    multiply_rows<dim>(memory.of_warp(warp, 1), memory.stages.second(step), dweights);
    weigh(sequence, with, {head_at(step), query_at(step), begin + warp * 16 + group}, scale, scores,
          dweights);
    add_weighted_rows<dim>(scores, memory.stages.second(step), dv);
    add_weighted_rows<dim>(dweights, memory.stages.first(step), dk);
    __syncthreads();  // this stage is loaded again
  }
  device::copy_async_wait<0>();
  for (int half = 0; half < 2; ++half) {
    const std::int32_t key = begin + warp * 16 + group + 8 * half;
    if (key >= sequence.keys) { continue; }
    const std::int64_t row = sequence.first_key + key, column = kv_head * of.head_dim;
    store_row<dim>(dk, half, scale, dkeys.row(row) + column, of.head_dim);
    store_row<dim>(dv, half, 1, dvalues.row(row) + column, of.head_dim);
  }
}

template <class T>
void launch_backward(const Stream& stream, const PackedAttention<T>& of, const OfQueries<T>& with,
                     const GpuSequences& sequences, const GpuQkvGradientOf<T>& gradient) {
  with_dim_of(of.head_dim, [&]<int dim>(std::integral_constant<int, dim>) {
    constexpr std::size_t shared = BlockMemory<T, dim, 2>::shared_bytes;
    if (of.queries.rows > 0) {
      device::launch<queries_kernel<T, dim>>(
          stream, packed_grid(sequences.longest_query, of.heads, sequences, shared), of, with,
          gradient.queries.view);
    }
    if (of.keys.rows > 0) {
      device::launch<keys_kernel<T, dim>>(stream,
                                          packed_grid(sequences.longest_key, of.kv_heads, sequences, shared),
                                          of, with, gradient.keys.view, gradient.values.view);
    }
  });
}

}  // namespace

std::size_t attention_backward_partial(std::int64_t queries, std::int64_t heads) {
  return static_cast<std::size_t>(queries * heads);
}

template <class T>
void attention_backward(const Stream& stream, std::type_identity_t<GpuRows<const T>> dout,
                        const std::type_identity_t<GpuQkvOf<T>>& qkv, const GpuSequences& sequences,
                        std::type_identity_t<GpuRows<const T>> out, GpuRows<const float> lse,
                        const GpuQkvGradientOf<T>& gradient, Span<float> partial) {
  const std::int64_t queries = out.view.rows, heads = lse.view.width;
  const PackedAttention<T> of = packed_attention(qkv, sequences, heads);
  packed_attention<T>({dout, qkv.keys, qkv.values}, sequences, heads);  // alignment
  check_same_shape(qkv.queries, out);
  check_same_shape(dout, out);
  check_same_shape(gradient.queries, out);
  check_same_shape(gradient.keys, qkv.keys);
  check_same_shape(gradient.values, qkv.keys);
  const GpuRows<float> dots(partial, queries, heads);
  check_same_shape(lse, dots);
  const OfQueries<T> with{dout.view, lse.view, dots.view};
  if (queries > 0) {
    device::launch<dots_kernel<T>>(stream,
                                   {{static_cast<unsigned>(queries),
                                     device::blocks_for(static_cast<std::size_t>(heads), heads_per_block)},
                                    {32, heads_per_block}},
                                   dout.view, out.view, dots.view);
  }
  launch_backward(stream, of, with, sequences, gradient);
}

#define SRL_INSTANTIATE(T)                                                                                   \
  template void attention_backward(const Stream&, GpuRows<const T>, const GpuQkvOf<T>&, const GpuSequences&, \
                                   GpuRows<const T>, GpuRows<const float>, const GpuQkvGradientOf<T>&,       \
                                   Span<float>);
SRL_INSTANTIATE(Bf16)
SRL_INSTANTIATE(float)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
