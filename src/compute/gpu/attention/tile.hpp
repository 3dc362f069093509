#pragma once
// Sixteen queries of a warp against 32 keys at a time, on tensor cores, with a running softmax (Dao et al.
// 2022, FlashAttention). Only for kernel files. Fragments as in tiles.hpp.
#include <cmath>
#include <cstdint>

#include "compute/gpu/attention/tiles.hpp"

namespace srl::compute {

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

  /// The first keys of a tile: as many as the query of each half sees.
  __device__ void add(const device::Bf16* keys, const device::Bf16* values, const std::int32_t (&seen)[2],
                      float scale) {
    constexpr int stride = tile_stride<dim>;
    const int group = static_cast<int>(threadIdx.x % 32 / 4), t = static_cast<int>(threadIdx.x % 4);
    float scores[tile_rows / 8][4];
    for (int n = 0; n < tile_rows / 8; ++n) {
      for (float& score : scores[n]) { score = 0; }
      for (int k = 0; k < dim / 16; ++k) {
        const device::Bf16* const key = keys + (n * 8 + group) * stride + k * 16 + 2 * t;
        const std::uint32_t b[2] = {pair_at(key), pair_at(key + 8)};
        device::mma_16816(scores[n], query_[k], b);
      }
      for (int i = 0; i < 4; ++i) {
        scores[n][i] = n * 8 + 2 * t + i % 2 < seen[i / 2] ? scores[n][i] * scale : -INFINITY;
      }
    }
    rescale(scores);
    add_weighted_rows<dim>(scores, values, out_);
  }

  /// Divides by the sum of the weights; returns its log-sum-exp. Without keys: zeros, and minus infinity.
  __device__ float finish(int half) {
    float sum = sum_[half];
    for (int offset = 1; offset < 4; offset *= 2) { sum += __shfl_xor_sync(~0U, sum, offset); }
    if (sum == 0) { return -INFINITY; }
    for (auto& four : out_) {
      four[2 * half] /= sum;
      four[2 * half + 1] /= sum;
    }
    return largest_[half] + logf(sum);
  }
  template <class T>
  __device__ void store(int half, T* to, std::int64_t head_dim) const {
    store_row<dim>(out_, half, 1, to, head_dim);
  }

 private:
  /// Scores → weights relative to the largest score so far; earlier sums follow.
  __device__ void rescale(float (&scores)[tile_rows / 8][4]) {
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
      const float down = most == -INFINITY ? 1 : expf(largest_[half] - most);  // the first time 0
      largest_[half] = most;
      sum_[half] *= down;
      for (auto& four : out_) {
        four[2 * half] *= down;
        four[2 * half + 1] *= down;
      }
      for (auto& four : scores) {
        for (int i = 2 * half; i < 2 * half + 2; ++i) {
          four[i] = four[i] == -INFINITY ? 0 : expf(four[i] - most);
          sum_[half] += four[i];
        }
      }
    }
  }

  std::uint32_t query_[dim / 16][4];
  float out_[dim / 8][4];
  float largest_[2] = {-INFINITY, -INFINITY}, sum_[2] = {0, 0};
};

}  // namespace srl::compute
