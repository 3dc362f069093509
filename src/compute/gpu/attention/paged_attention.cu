#include <cmath>

#include "compute/gpu/attention/tile.hpp"
#include "compute/gpu/check.hpp"
#include "compute/merge_attention.hpp"
#include "compute/paged_attention.hpp"

namespace srl::compute {
namespace {

struct Plan {
  const AttentionItem* items;
  const std::int32_t *row, *part, *pages;
};
/// Results of parts: [parts, heads, head_dim], and log-sum-exps [parts, heads].
struct Partial {
  float *out, *lse;
};

/// Keys and values of an item's positions.
template <class T>
struct PagedKeys {
  const PageId* pages;
  GpuPagesOf<T> of;
  std::int64_t layer, kv_head;
  __device__ const T* first(std::int32_t position) const {
    return of.keys(pages[position / page_tokens], layer, kv_head) + position % page_tokens * of.head_dim;
  }
  __device__ const T* second(std::int32_t position) const {
    return of.values(pages[position / page_tokens], layer, kv_head) + position % page_tokens * of.head_dim;
  }
};

/// One block per item and kv head; a warp has 16 queries. `dim`: head_dim, rounded up.
template <class T, int dim>
__global__ void attention_kernel(Rows<const T> queries, Plan plan, GpuPagesOf<T> pages, std::int64_t layer,
                                 Partial partial) {
  const BlockMemory<T, dim, 1> memory(dynamic_shared<T>());
  const Stages<T, dim>& stages = memory.stages;
  const AttentionItem item = plan.items[blockIdx.x];
  const std::int64_t head_dim = pages.head_dim, heads = queries.width / head_dim;
  const auto per_row = static_cast<std::int32_t>(heads / pages.kv_heads);
  const std::int32_t all = item.rows * per_row;
  const auto warp = static_cast<std::int32_t>(threadIdx.x / 32),
             group = static_cast<std::int32_t>(threadIdx.x % 32 / 4);
  const auto head_of = [&](std::int32_t query) {
    return static_cast<std::int64_t>(blockIdx.y) * per_row + query % per_row;
  };
  WarpTile<dim> tile;
  const auto query_row = [&](std::int32_t query) {
    return queries.row(plan.row[item.first + query / per_row]) + head_of(query) * head_dim;
  };
  begin_load<dim>(memory.own, query_row, 0, all, block_rows, head_dim);
  const float scale = 1.0F / sqrtf(static_cast<float>(head_dim));
  const PagedKeys<T> keys{plan.pages + item.page, pages, layer, blockIdx.y};
  begin_load_both<dim>(stages.first(0), keys, 0, item.positions, tile_rows, head_dim);
  device::copy_async_commit();
  for (std::int32_t at = 0, stage = 0; at < item.positions; at += tile_rows, ++stage) {
    const std::int32_t next = at + tile_rows, left = item.positions - at;
    if (next < item.positions) {
      begin_load_both<dim>(stages.first(stage + 1), keys, next, item.positions, tile_rows, head_dim);
    }
    device::copy_async_commit();
    device::copy_async_wait<1>();
    __syncthreads();
    if (warp * 16 < all) {
      tile.add(memory.of_warp(warp), stages.first(stage), stages.second(stage), {left, left}, scale);
    }
    __syncthreads();  // this stage is loaded again
  }
  device::copy_async_wait<0>();  // those of an item without positions
  for (int half = 0; half < 2; ++half) {
    const float lse = tile.finish(half);
    const std::int32_t query = warp * 16 + group + 8 * half;
    if (query >= all) { continue; }
    const std::int64_t at = plan.part[item.first + query / per_row] * heads + head_of(query);
    tile.store(half, partial.out + at * head_dim, head_dim);
    if (threadIdx.x % 4 == 0) { partial.lse[at] = lse; }
  }
}

template <class T>
void launch_attention(const Stream& stream, const Rows<const T>& queries, std::size_t items, const Plan& plan,
                      const GpuPagesOf<T>& pages, std::int64_t layer, const Partial& partial) {
  with_dim_of(pages.head_dim, [&]<int dim>(std::integral_constant<int, dim>) {
    device::launch<attention_kernel<T, dim>>(
        stream,
        {{static_cast<unsigned>(items), static_cast<unsigned>(pages.kv_heads)},
         attention_threads,
         BlockMemory<T, dim, 1>::shared_bytes},
        queries, plan, pages, layer, partial);
  });
}

}  // namespace

template <class T>
void paged_attention(const Stream& stream, std::type_identity_t<GpuRows<const T>> queries,
                     const GpuAttentionPlan& plan, const std::type_identity_t<GpuPagesOf<T>>& pages,
                     std::int64_t layer, GpuRows<T> out, Span<float> partial) {
  const std::int64_t rows = queries.view.rows, heads = queries.view.width / pages.head_dim;
  check_same_shape(queries, out);
  check_size("paged attention", plan.first_part.size(), static_cast<std::size_t>(rows) + 1, "first parts");
  check_size("paged attention", plan.part.size(), plan.row.size(), "parts");
  if (queries.view.width % pages.head_dim != 0 || heads % pages.kv_heads != 0 || pages.head_dim > 128 ||
      layer < 0 || layer >= pages.layers) {
    throw Bug("paged attention: queries of " + std::to_string(queries.view.width) + " for " +
              std::to_string(pages.kv_heads) + " heads of " + std::to_string(pages.head_dim));
  }
  if (!moves_at_once<most_lanes_of<T>>(queries.view)) {
    throw Bug("paged attention: queries that do not begin at multiples of 16 bytes");
  }
  const std::size_t results = plan.row.size() * static_cast<std::size_t>(heads);
  const Span<float> lse = partial.part(0, results),
                    sums = partial.part(results, results * static_cast<std::size_t>(pages.head_dim));
  if (rows == 0) { return; }
  const Plan at{plan.items.data(), plan.row.data(), plan.part.data(), plan.pages.data()};
  launch_attention<T>(stream, queries.view, plan.items.size(), at, pages, layer, {sums.data(), lse.data()});
  const auto parts = static_cast<std::int64_t>(plan.row.size());
  merge_attention<float>(stream, GpuRows<float>(sums, parts, queries.view.width),
                         GpuRows<float>(lse, parts, heads), plan.first_part, out,
                         GpuRows<float>({}, 0, heads));
}

#define SRL_INSTANTIATE(T)                                                                \
  template void paged_attention(const Stream&, GpuRows<const T>, const GpuAttentionPlan&, \
                                const GpuPagesOf<T>&, std::int64_t, GpuRows<T>, Span<float>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
