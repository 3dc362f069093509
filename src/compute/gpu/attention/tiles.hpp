#pragma once
// Tiles of rows in shared memory, for attention in bf16 and fp32 (T). Only for kernel files. A block has 64
// rows of its own, 16 for each of its warps, and reads other rows 32 at a time. Rows of a tile are longer
// than `dim`, which is head_dim rounded up, by 16 bytes, so that adjacent rows begin in different banks.
#include <cstdint>
#include <type_traits>

#include "compute/gpu/block.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {

constexpr int tile_rows = 32;   ///< of keys, or of queries in the backward pass, that are read at a time
constexpr int block_rows = 64;  ///< rows of a block
constexpr unsigned attention_threads = 128;

template <class T, int dim>
constexpr int tile_stride = dim + most_lanes_of<T>;

/// Adjacent heads' elements in rows of two matrices: keys and values, or queries and gradients of the output.
template <class T>
struct TwoRows {
  const T *one, *other;
  std::int64_t one_stride, other_stride;
  __device__ const T* first(std::int32_t row) const { return one + row * one_stride; }
  __device__ const T* second(std::int32_t row) const { return other + row * other_stride; }
};

/// Begins to copy rows [begin, begin + count) into a tile, row_of(r) [head_dim]; zeros for rows from `end` on
/// and columns from head_dim on. Row `begin` must exist.
template <int dim, class T, class RowOf>
__device__ void begin_load(T* to, const RowOf& row_of, std::int32_t begin, std::int32_t end, int count,
                           std::int64_t head_dim) {
  constexpr int lanes = most_lanes_of<T>, chunks = dim / lanes;
  for (int i = static_cast<int>(threadIdx.x); i < count * chunks; i += static_cast<int>(blockDim.x)) {
    const int r = i / chunks, column = i % chunks * lanes;
    const bool inside = begin + r < end && column < head_dim;
    const T* const from = row_of(inside ? begin + r : begin) + (inside ? column : 0);
    device::copy_async<16>(to + r * tile_stride<T, dim> + column, from, inside);
  }
}
/// The same rows of both matrices of `from`, into tiles one after the other.
template <int dim, class T, class From>
__device__ void begin_load_both(T* to, const From& from, std::int32_t begin, std::int32_t end, int count,
                                std::int64_t head_dim) {
  begin_load<dim>(to, [&](std::int32_t row) { return from.first(row); }, begin, end, count, head_dim);
  begin_load<dim>(
      to + count * tile_stride<T, dim>, [&](std::int32_t row) { return from.second(row); }, begin, end, count,
      head_dim);
}

/// Two stages of two tiles of tile_rows: one is read while the other is loaded.
template <class T, int dim>
struct Stages {
  static constexpr int tile = tile_rows * tile_stride<T, dim>;
  static constexpr std::size_t shared_bytes = 2UL * 2 * tile * sizeof(T);
  T* memory;
  __device__ T* first(int stage) const { return memory + stage % 2 * 2 * tile; }
  __device__ T* second(int stage) const { return first(stage) + tile; }
};

/// A block's own rows of some matrices, and the stages of what it reads.
template <class T, int dim, int matrices>
struct BlockMemory {
  static constexpr int own_tile = block_rows * tile_stride<T, dim>;
  static constexpr std::size_t shared_bytes =
      1UL * matrices * own_tile * sizeof(T) + Stages<T, dim>::shared_bytes;
  T* own;
  Stages<T, dim> stages;
  __device__ explicit BlockMemory(T* memory) : own(memory), stages{memory + matrices * own_tile} {}
  /// The rows of a warp.
  __device__ const T* of_warp(std::int32_t warp, int matrix = 0) const {
    return own + matrix * own_tile + warp * 16 * tile_stride<T, dim>;
  }
};

/// Calls run with head_dim, rounded up to a number that kernels exist for.
template <class Run>
void with_dim_of(std::int64_t head_dim, const Run& run) {
  if (head_dim <= 32) {
    run(std::integral_constant<int, 32>{});
  } else if (head_dim <= 64) {
    run(std::integral_constant<int, 64>{});
  } else {
    run(std::integral_constant<int, 128>{});
  }
}

}  // namespace srl::compute
