#pragma once
// Sixteen queries of a warp against 32 keys at a time, on tensor cores, with a running softmax (Dao et al.
// 2022, FlashAttention). Only for kernel files. Fragments as in device/tiles.hpp: with group = lane / 4 and
// t = lane % 4 a lane has queries group and group + 8 ("halves"), and of a tile of 8 columns 2 t and 2 t + 1.
#include <cmath>
#include <cstdint>

#include "compute/gpu/block.hpp"
#include "compute/kv_pages.hpp"

namespace srl::compute {

constexpr int tile_keys = 32;
constexpr unsigned attention_threads = 128;

/// Two bf16 elements in a register, the first in the low half.
__device__ inline std::uint32_t pair_of(device::Bf16 low, device::Bf16 high) {
  return low.bits | static_cast<std::uint32_t>(high.bits) << 16;
}
__device__ inline std::uint32_t pair_at(const device::Bf16* elements) {
  return pair_of(elements[0], elements[1]);
}

/// Keys and values of an item in shared memory, two stages of tile_keys positions each. Rows are longer than
/// `dim` by 16 bytes, so that the rows of a fragment lie in different banks.
template <int dim>
struct KeyTiles {
  static constexpr int stride = dim + 8;
  static constexpr std::size_t shared_bytes = 2UL * 2 * tile_keys * stride * sizeof(device::Bf16);

  device::Bf16* memory;
  const std::int32_t* pages;  ///< of the item's positions
  GpuPages of;
  std::int64_t layer, kv_head;
  std::int32_t positions;

  __device__ device::Bf16* keys(int stage) const { return memory + stage % 2 * 2 * tile_keys * stride; }
  __device__ device::Bf16* values(int stage) const { return keys(stage) + tile_keys * stride; }

  /// Begins to copy the stage's keys and values; zeros after the last position and the last dimension.
  __device__ void begin_load(int stage) const {
    constexpr int chunks = dim / 8;  // of 16 bytes
    for (int i = static_cast<int>(threadIdx.x); i < tile_keys * chunks; i += static_cast<int>(blockDim.x)) {
      const int key = i / chunks, column = i % chunks * 8, position = stage * tile_keys + key;
      const bool inside = position < positions && column < of.head_dim;
      const std::int32_t page = pages[inside ? position / page_tokens : 0];
      const std::int64_t at = inside ? position % page_tokens * of.head_dim + column : 0;
      device::copy_async<16>(keys(stage) + key * stride + column, of.keys(page, layer, kv_head) + at, inside);
      device::copy_async<16>(values(stage) + key * stride + column, of.values(page, layer, kv_head) + at,
                             inside);
    }
  }
};

template <int dim>
class WarpTile {
 public:
  __device__ WarpTile() {
    for (auto& four : out_) {
      for (float& value : four) { value = 0; }
    }
  }

  /// from [head_dim]; null: no query, zeros.
  __device__ void load_query(int half, const device::Bf16* from, std::int64_t head_dim) {
    const int t = static_cast<int>(threadIdx.x % 4);
    for (int k = 0; k < dim / 16; ++k) {
      for (int right = 0; right < 2; ++right) {
        const int column = k * 16 + right * 8 + 2 * t;
        query_[k][2 * right + half] = from != nullptr && column < head_dim ? pair_at(from + column) : 0;
      }
    }
  }

  /// The first `count` keys of a tile.
  __device__ void add(const device::Bf16* keys, const device::Bf16* values, std::int32_t count, float scale) {
    constexpr int stride = KeyTiles<dim>::stride;
    const int group = static_cast<int>(threadIdx.x % 32 / 4), t = static_cast<int>(threadIdx.x % 4);
    float scores[tile_keys / 8][4];
    for (int n = 0; n < tile_keys / 8; ++n) {
      for (float& score : scores[n]) { score = 0; }
      for (int k = 0; k < dim / 16; ++k) {
        const device::Bf16* const key = keys + (n * 8 + group) * stride + k * 16 + 2 * t;
        const std::uint32_t b[2] = {pair_at(key), pair_at(key + 8)};
        device::mma_16816(scores[n], query_[k], b);
      }
      for (int i = 0; i < 4; ++i) {
        scores[n][i] = n * 8 + 2 * t + i % 2 < count ? scores[n][i] * scale : -INFINITY;
      }
    }
    rescale(scores);
    for (int k = 0; k < tile_keys / 16; ++k) {
      add_values(values + k * 16 * stride, scores[2 * k], scores[2 * k + 1]);
    }
  }

  /// Divides by the sum of the weights; returns its log-sum-exp.
  __device__ float finish(int half) {
    float sum = sum_[half];
    for (int offset = 1; offset < 4; offset *= 2) { sum += __shfl_xor_sync(~0U, sum, offset); }
    for (auto& four : out_) {
      four[2 * half] /= sum;
      four[2 * half + 1] /= sum;
    }
    return largest_[half] + logf(sum);
  }
  __device__ void store(int half, float* to, std::int64_t head_dim) const {
    const int t = static_cast<int>(threadIdx.x % 4);
    for (int n = 0; n < dim / 8; ++n) {
      const int column = n * 8 + 2 * t;
      if (column >= head_dim) { continue; }
      to[column] = out_[n][2 * half];
      to[column + 1] = out_[n][2 * half + 1];
    }
  }

 private:
  /// Scores → weights relative to the largest score so far; earlier sums follow.
  __device__ void rescale(float (&scores)[tile_keys / 8][4]) {
    for (int half = 0; half < 2; ++half) {
      float most = largest_[half];
      for (auto& four : scores) {
        most = most < four[2 * half] ? four[2 * half] : most;
        most = most < four[2 * half + 1] ? four[2 * half + 1] : most;
      }
      for (int offset = 1; offset < 4; offset *= 2) {
        const float other = __shfl_xor_sync(~0U, most, offset);
        most = most < other ? other : most;
      }
      const float down = expf(largest_[half] - most);  // the first time 0
      largest_[half] = most;
      sum_[half] *= down;
      for (auto& four : out_) {
        four[2 * half] *= down;
        four[2 * half + 1] *= down;
      }
      for (auto& four : scores) {
        for (int i = 2 * half; i < 2 * half + 2; ++i) {
          four[i] = expf(four[i] - most);
          sum_[half] += four[i];
        }
      }
    }
  }

  /// out += weights [16, 16] values [16, dim]; left and right: the weights of 8 keys each.
  __device__ void add_values(const device::Bf16* values, const float (&left)[4], const float (&right)[4]) {
    const std::uint32_t a[4] = {pair_of(device::to_bf16(left[0]), device::to_bf16(left[1])),
                                pair_of(device::to_bf16(left[2]), device::to_bf16(left[3])),
                                pair_of(device::to_bf16(right[0]), device::to_bf16(right[1])),
                                pair_of(device::to_bf16(right[2]), device::to_bf16(right[3]))};
    const device::Bf16* const row = values + threadIdx.x % 16 * KeyTiles<dim>::stride;
    for (int n = 0; n < dim / 8; ++n) {
      std::uint32_t b[2];
      device::load_matrices_transposed(b, row + n * 8);
      device::mma_16816(out_[n], a, b);
    }
  }

  std::uint32_t query_[dim / 16][4];
  float out_[dim / 8][4];
  float largest_[2] = {-INFINITY, -INFINITY}, sum_[2] = {0, 0};
};

}  // namespace srl::compute
