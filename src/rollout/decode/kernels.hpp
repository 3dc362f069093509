#pragma once
// Queries, keys and values between the matrix products of the decode forward, threaded over rows. Each row is
// computed separately, in a fixed order. Formulas as in Hugging Face's Llama, Qwen2 and Qwen3.
#include <cstdint>
#include <span>
#include <vector>

#include "base/rows.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout {

/// One row's place in its sequence.
struct Place {
  const BlockId* blocks = nullptr;
  std::int64_t position = 0;
};

struct HeadShape {
  std::int64_t heads = 0, kv_heads = 0, head_dim = 0;
};

/// Biases and head norms of a layer's projections; null if the architecture has none.
struct QkvWeights {
  const float* bias_q = nullptr;  ///< [heads * head_dim]
  const float* bias_k = nullptr;  ///< [kv_heads * head_dim]
  const float* bias_v = nullptr;
  const float* norm_q = nullptr;  ///< [head_dim], RMS norm of each head before RoPE (Qwen3)
  const float* norm_k = nullptr;
  double eps = 1e-6;
};

/// cos and sin of the rotation, [positions, head_dim / 2] each, computed in double precision and rounded
/// once.
class RotationTable {
 public:
  RotationTable(std::vector<double> inverse_frequencies, double scale);
  void ensure(std::int64_t positions);
  const float* cosine(std::int64_t position) const { return cosine_.data() + position * half_; }
  const float* sine(std::int64_t position) const { return sine_.data() + position * half_; }

 private:
  std::vector<double> inverse_frequencies_;
  double scale_;
  std::int64_t half_, positions_ = 0;
  std::vector<float> cosine_, sine_;
};

/// qkv [rows, (heads + 2 kv_heads) * head_dim]: applies biases, head norms and rotation. Queries stay in
/// place, scaled by 1/sqrt(head_dim). Keys and values go to the cache at each row's place.
void rotate_and_store(float* qkv, std::span<const Place> places, const HeadShape& shape,
                      const QkvWeights& weights, const RotationTable& table, KvStorage& storage,
                      std::int64_t layer);

}  // namespace srl::rollout
