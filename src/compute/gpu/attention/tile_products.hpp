#pragma once
// The two products of attention on tiles: on tensor cores for bf16, in plain fp32 arithmetic for fp32 (not
// TF32). Only for kernel files. Of a warp's 16 rows a lane has rows group and group + 8 ("halves"), and of
// every 8 columns 2 t and 2 t + 1, with group = lane / 4 and t = lane % 4: element i of four is of half i / 2
// and column i % 2. So fragments are laid out in device/tiles.hpp.
#include <cstdint>

#include "compute/gpu/attention/tiles.hpp"

namespace srl::compute {

template <int count>
__device__ void clear(float (&sums)[count][4]) {
  for (auto& four : sums) {
    for (float& element : four) { element = 0; }
  }
}

/// Two elements rounded to bf16 in a register, the first in the low half.
__device__ inline std::uint32_t rounded_pair(float low, float high) {
  return device::to_bf16(low).bits | static_cast<std::uint32_t>(device::to_bf16(high).bits) << 16;
}

// multiply_rows: out [16, 32] = left [16, dim] right [32, dim]^T, tiles in shared memory.

template <int dim>
__device__ void multiply_rows(const Bf16* left, const Bf16* right, float (&out)[tile_rows / 8][4]) {
  constexpr int stride = tile_stride<Bf16, dim>;
  const int lane = static_cast<int>(threadIdx.x % 32);
  clear(out);
  const Bf16* const left_row = left + lane % 16 * stride + lane / 16 * 8;
  const Bf16* const right_row = right + (lane / 16 * 8 + lane % 8) * stride + lane / 8 % 2 * 8;
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

template <int dim>
__device__ void multiply_rows(const float* left, const float* right, float (&out)[tile_rows / 8][4]) {
  constexpr int stride = tile_stride<float, dim>;
  const int lane = static_cast<int>(threadIdx.x % 32);
  clear(out);
  const float* const left_row = left + lane / 4 * stride;
  const float* const right_row = right + lane % 4 * 2 * stride;
  for (int k = 0; k < dim; k += 4) {
    const Vector<float, 4> halves[2] = {load<4>(left_row + k), load<4>(left_row + 8 * stride + k)};
    for (int column = 0; column < tile_rows / 4; ++column) {
      const int n = column / 2, i = column % 2;
      const Vector<float, 4> b = load<4>(right_row + (n * 8 + i) * stride + k);
      for (int half = 0; half < 2; ++half) {
        for (int l = 0; l < 4; ++l) { out[n][2 * half + i] += halves[half].at[l] * b.at[l]; }
      }
    }
  }
}

// add_weighted_rows: out [16, dim] += weights [16, 32] rows [32, dim]; rows in shared memory.

/// Weights are rounded to bf16.
template <int dim>
__device__ void add_weighted_rows(const float (&weights)[tile_rows / 8][4], const Bf16* rows,
                                  float (&out)[dim / 8][4]) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  for (int k = 0; k < tile_rows / 16; ++k) {
    const float(&left)[4] = weights[2 * k], (&right)[4] = weights[2 * k + 1];
    const std::uint32_t a[4] = {rounded_pair(left[0], left[1]), rounded_pair(left[2], left[3]),
                                rounded_pair(right[0], right[1]), rounded_pair(right[2], right[3])};
    const Bf16* const row = rows + (k * 16 + lane % 16) * tile_stride<Bf16, dim> + lane / 16 * 8;
    for (int n = 0; n < dim / 8; n += 2) {
      std::uint32_t b[4];
      device::load_matrices_transposed(b, row + n * 8);
      device::mma_16816(out[n], a, {b[0], b[1]});
      device::mma_16816(out[n + 1], a, {b[2], b[3]});
    }
  }
}

/// The same for eight rows, in their order. The four lanes of a group have its weights in turn.
template <int dim>
__device__ void add_eight_rows(const float (&weights)[4], const float* rows, float (&out)[dim / 8][4]) {
  const float* const own = rows + threadIdx.x % 4 * 2;
  for (int lane = 0; lane < 4; ++lane) {
    for (int i = 0; i < 2; ++i) {
      const float first = __shfl_sync(~0U, weights[i], lane, 4),
                  second = __shfl_sync(~0U, weights[2 + i], lane, 4);
      for (int m = 0; m < dim / 8; ++m) {
        const Vector<float, 2> row = load<2>(own + (2 * lane + i) * tile_stride<float, dim> + m * 8);
        for (int l = 0; l < 2; ++l) {
          out[m][l] += first * row.at[l];
          out[m][2 + l] += second * row.at[l];
        }
      }
    }
  }
}
template <int dim>
__device__ void add_weighted_rows(const float (&weights)[tile_rows / 8][4], const float* rows,
                                  float (&out)[dim / 8][4]) {
  static_assert(tile_rows == 4 * 8);
  constexpr int eight = 8 * tile_stride<float, dim>;
  // Not a loop: a compiler that does not unroll it would keep `weights` in memory instead of registers.
  add_eight_rows<dim>(weights[0], rows, out);
  add_eight_rows<dim>(weights[1], rows + eight, out);
  add_eight_rows<dim>(weights[2], rows + 2 * eight, out);
  add_eight_rows<dim>(weights[3], rows + 3 * eight, out);
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
