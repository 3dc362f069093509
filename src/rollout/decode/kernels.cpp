#include "rollout/decode/kernels.hpp"

#include <cmath>

#include "compute/decode_norm.hpp"
#include "rollout/decode/parallel.hpp"

namespace srl::rollout {
namespace {

float inverse_root(const float* x, std::int64_t width, double eps) {
  return 1.0f / std::sqrt(compute::sum_of_squares(x, width) / width + static_cast<float>(eps));
}

void norm_head(float* x, const float* weight, std::int64_t width, double eps) {
  const float scale = inverse_root(x, width, eps);
  for (std::int64_t i = 0; i < width; ++i) { x[i] = weight[i] * (x[i] * scale); }
}

/// Hugging Face's rotate_half: dimension i is paired with dimension i + head_dim / 2.
void rotate(float* x, const float* cosine, const float* sine, std::int64_t half, float scale) {
  for (std::int64_t i = 0; i < half; ++i) {
    const float first = x[i], second = x[half + i];
    x[i] = (first * cosine[i] - second * sine[i]) * scale;
    x[half + i] = (second * cosine[i] + first * sine[i]) * scale;
  }
}

void add_bias(float* x, const float* bias, std::int64_t width) {
  if (bias == nullptr) { return; }
  for (std::int64_t i = 0; i < width; ++i) { x[i] += bias[i]; }
}

}  // namespace

RotationTable::RotationTable(std::vector<double> inverse_frequencies, double scale)
    : inverse_frequencies_(std::move(inverse_frequencies)),
      scale_(scale),
      half_(std::ssize(inverse_frequencies_)) {}

void RotationTable::ensure(std::int64_t positions) {
  if (positions <= positions_) { return; }
  const std::int64_t target = std::max(positions, 2 * positions_);
  cosine_.resize(target * half_);
  sine_.resize(target * half_);
  for (std::int64_t position = positions_; position < target; ++position) {
    for (std::int64_t i = 0; i < half_; ++i) {
      const double angle = position * inverse_frequencies_[i];
      cosine_[position * half_ + i] = static_cast<float>(std::cos(angle) * scale_);
      sine_[position * half_ + i] = static_cast<float>(std::sin(angle) * scale_);
    }
  }
  positions_ = target;
}

void rotate_and_store(float* qkv, std::span<const Place> places, const HeadShape& shape,
                      const QkvWeights& weights, const RotationTable& table, KvStorage& storage,
                      std::int64_t layer) {
  const std::int64_t dim = shape.head_dim, half = dim / 2, width = (shape.heads + 2 * shape.kv_heads) * dim;
  const std::int64_t padded = storage.padded_head_dim();
  const float scale = 1.0f / std::sqrt(static_cast<float>(dim));
  const auto norm_and_rotate = [&](float* head, const float* norm, std::int64_t position, float factor) {
    if (norm != nullptr) { norm_head(head, norm, dim, weights.eps); }
    rotate(head, table.cosine(position), table.sine(position), half, factor);
  };
  const auto store = [&](float* q, const Place& place) {
    float* k = q + shape.heads * dim;
    float* v = k + shape.kv_heads * dim;
    add_bias(q, weights.bias_q, shape.heads * dim);
    add_bias(k, weights.bias_k, shape.kv_heads * dim);
    add_bias(v, weights.bias_v, shape.kv_heads * dim);
    for (std::int64_t head = 0; head < shape.heads; ++head) {
      norm_and_rotate(q + head * dim, weights.norm_q, place.position, scale);
    }
    const BlockId block = place.blocks[place.position / block_tokens];
    const std::int64_t slot = place.position % block_tokens;
    for (std::int64_t head = 0; head < shape.kv_heads; ++head) {
      float* key = k + head * dim;
      norm_and_rotate(key, weights.norm_k, place.position, 1.0f);
      float* keys = storage.keys(block, layer, head) + slot;
      for (std::int64_t i = 0; i < dim; ++i) { keys[i * block_tokens] = key[i]; }
      std::copy_n(v + head * dim, dim, storage.values(block, layer, head) + slot * padded);
    }
  };
  parallel_slices(std::ssize(places), compute::grain_for(2 * width),
                  [&](std::int64_t begin, std::int64_t end, int) {
                    for (std::int64_t row = begin; row < end; ++row) {
                      store(qkv + row * width, places[row]);
                    }
                  });
}

}  // namespace srl::rollout
