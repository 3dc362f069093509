#pragma once
// Sixteen queries of a warp against 32 keys at a time, with a running softmax (Dao et al. 2022,
// FlashAttention). Only for kernel files. A lane has the sums of tile_products.hpp.
#include <cmath>
#include <cstdint>

#include "compute/gpu/attention/tile_products.hpp"

namespace srl::compute {

template <int dim>
class WarpTile {
 public:
  __device__ WarpTile() { clear(out_); }

  /// The warp's queries, and the first keys of a tile: as many as the query of each half sees.
  template <class T>
  __device__ void add(const T* queries, const T* keys, const T* values, const std::int32_t (&seen)[2],
                      float scale) {
    const int t = static_cast<int>(threadIdx.x % 4);
    float scores[tile_rows / 8][4];
    multiply_rows<dim>(queries, keys, scores);
    for (int n = 0; n < tile_rows / 8; ++n) {
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
        most = larger(most, four[2 * half]);
        most = larger(most, four[2 * half + 1]);
      }
      for (int offset = 1; offset < 4; offset *= 2) {
        const float other = __shfl_xor_sync(~0U, most, offset);
        most = larger(most, other);
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

  float out_[dim / 8][4];
  float largest_[2] = {-INFINITY, -INFINITY}, sum_[2] = {0, 0};
};

}  // namespace srl::compute
