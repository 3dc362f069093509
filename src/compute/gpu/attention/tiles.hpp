#pragma once
// Tiles of rows in shared memory, and the two products of attention on them. Only for kernel files. Fragments
// as in device/tiles.hpp: with group = lane / 4 and t = lane % 4 a lane has rows group and group + 8
// ("halves") of a warp's 16, and of 8 columns 2 t and 2 t + 1. Rows of a tile are longer than `dim` by 16
// bytes, so that the rows of a fragment lie in different banks.
#include <cstdint>

#include "compute/gpu/block.hpp"

namespace srl::compute {

constexpr int tile_rows = 32;   ///< of keys, or of queries in the backward pass, that are read at a time
constexpr int block_rows = 64;  ///< rows of a block, 16 for each of its warps
constexpr unsigned attention_threads = 128;

template <int dim>
constexpr int tile_stride = dim + 8;

/// Two bf16 elements in a register, the first in the low half.
__device__ inline std::uint32_t pair_of(device::Bf16 low, device::Bf16 high) {
  return low.bits | static_cast<std::uint32_t>(high.bits) << 16;
}
__device__ inline std::uint32_t pair_at(const device::Bf16* elements) {
  return pair_of(elements[0], elements[1]);
}
__device__ inline std::uint32_t rounded_pair(float low, float high) {
  return pair_of(device::to_bf16(low), device::to_bf16(high));
}

/// Adjacent heads' elements in rows of two matrices: keys and values, or queries and gradients of the output.
struct TwoRows {
  const device::Bf16 *one, *other;
  std::int64_t one_stride, other_stride;
  __device__ const device::Bf16* first(std::int32_t row) const { return one + row * one_stride; }
  __device__ const device::Bf16* second(std::int32_t row) const { return other + row * other_stride; }
};

/// Begins to copy rows [begin, begin + count) of both matrices of `from` into tiles one below the other;
/// zeros for rows from `end` on and columns from `head_dim` on.
template <int dim, class From>
__device__ void begin_load(device::Bf16* to, const From& from, std::int32_t begin, std::int32_t end,
                           int count, std::int64_t head_dim) {
  constexpr int chunks = dim / 8;  // of 16 bytes
  for (int i = static_cast<int>(threadIdx.x); i < count * chunks; i += static_cast<int>(blockDim.x)) {
    const int r = i / chunks, column = i % chunks * 8;
    const bool inside = begin + r < end && column < head_dim;
    const std::int32_t row = inside ? begin + r : begin;
    const std::int64_t at = inside ? column : 0;
    device::Bf16* const place = to + r * tile_stride<dim> + column;
    device::copy_async<16>(place, from.first(row) + at, inside);
    device::copy_async<16>(place + count * tile_stride<dim>, from.second(row) + at, inside);
  }
}

/// Two stages of two tiles of tile_rows: one is read while the other is loaded.
template <int dim>
struct Stages {
  static constexpr int tile = tile_rows * tile_stride<dim>;
  static constexpr std::size_t shared_bytes = 2UL * 2 * tile * sizeof(device::Bf16);
  device::Bf16* memory;
  __device__ device::Bf16* first(int stage) const { return memory + stage % 2 * 2 * tile; }
  __device__ device::Bf16* second(int stage) const { return first(stage) + tile; }
};

/// out [16, 32] = left [16, dim] right [32, dim]^T, tiles in shared memory.
template <int dim>
__device__ void multiply_rows(const device::Bf16* left, const device::Bf16* right,
                              float (&out)[tile_rows / 8][4]) {
  constexpr int stride = tile_stride<dim>;
  const int lane = static_cast<int>(threadIdx.x % 32);
  for (auto& four : out) {
    for (float& element : four) { element = 0; }
  }
  const device::Bf16* const left_row = left + lane % 16 * stride + lane / 16 * 8;
  const device::Bf16* const right_row = right + (lane / 16 * 8 + lane % 8) * stride + lane / 8 % 2 * 8;
  for (int k = 0; k < dim / 16; ++k) {
    std::uint32_t a[4];
    device::load_matrices(a, left_row + k * 16);
    for (int n = 0; n < tile_rows / 8; n += 2) {
      std::uint32_t b[4];
      device::load_matrices(b, right_row + n * 8 * stride + k * 16);
      device::mma_16816(out[n], a, {b[0], b[1]});
      device::mma_16816(out[n + 1], a, {b[2], b[3]});
    }
  }
}

/// out [16, dim] += weights [16, 32] rows [32, dim], weights rounded to bf16; rows in shared memory.
template <int dim>
__device__ void add_weighted_rows(const float (&weights)[tile_rows / 8][4], const device::Bf16* rows,
                                  float (&out)[dim / 8][4]) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  for (int k = 0; k < tile_rows / 16; ++k) {
    const float(&left)[4] = weights[2 * k], (&right)[4] = weights[2 * k + 1];
    const std::uint32_t a[4] = {rounded_pair(left[0], left[1]), rounded_pair(left[2], left[3]),
                                rounded_pair(right[0], right[1]), rounded_pair(right[2], right[3])};
    const device::Bf16* const row = rows + (k * 16 + lane % 16) * tile_stride<dim> + lane / 16 * 8;
    for (int n = 0; n < dim / 8; n += 2) {
      std::uint32_t b[4];
      device::load_matrices_transposed(b, row + n * 8);
      device::mma_16816(out[n], a, {b[0], b[1]});
      device::mma_16816(out[n + 1], a, {b[2], b[3]});
    }
  }
}

/// Row `half` of a warp's sums [16, dim], times `factor`, to [head_dim].
template <int dim, class T>
__device__ void store_row(const float (&sums)[dim / 8][4], int half, float factor, T* to,
                          std::int64_t head_dim) {
  const int t = static_cast<int>(threadIdx.x % 4);
  for (int n = 0; n < dim / 8; ++n) {
    const int column = n * 8 + 2 * t;
    if (column >= head_dim) { continue; }
    to[column] = rounded<T>(sums[n][2 * half] * factor);
    to[column + 1] = rounded<T>(sums[n][2 * half + 1] * factor);
  }
}

}  // namespace srl::compute
