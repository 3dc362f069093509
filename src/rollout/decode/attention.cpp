#include "rollout/decode/attention.hpp"

#include <algorithm>
#include <cstring>

#include "rollout/decode/parallel.hpp"
#include "rollout/decode/simd.hpp"

namespace srl::rollout {
namespace {

constexpr std::int64_t tile =
    6;  // queries whose accumulators (2 x 6) fit the 16 registers beside two loads and a broadcast

/// out[q][0..16) (+)= sum over i of left[q][i] * right[i][0..16), i ascending. Both products of attention
/// have this form: scores (i = dimension, lanes = 16 positions of a block) and the weighted sum of values (i
/// = position, lanes = 16 dimensions).
template <int N>
void multiply(const float* left, std::int64_t left_stride, const float* right, std::int64_t right_stride,
              std::int64_t count, float* out, std::int64_t out_stride, bool add) {
  F8 low[N], high[N];
  for (int q = 0; q < N; ++q) {
    low[q] = add ? F8::load(out + q * out_stride) : F8::zero();
    high[q] = add ? F8::load(out + q * out_stride + 8) : F8::zero();
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const F8 right_low = F8::load(right + i * right_stride),
             right_high = F8::load(right + i * right_stride + 8);
    for (int q = 0; q < N; ++q) {
      const F8 weight = F8::all(left[q * left_stride + i]);
      low[q] = fma(weight, right_low, low[q]);
      high[q] = fma(weight, right_high, high[q]);
    }
  }
  for (int q = 0; q < N; ++q) {
    low[q].store(out + q * out_stride);
    high[q].store(out + q * out_stride + 8);
  }
}

void multiply_rows(std::int64_t rows, const float* left, std::int64_t left_stride, const float* right,
                   std::int64_t right_stride, std::int64_t count, float* out, std::int64_t out_stride,
                   bool add) {
  for (; rows >= tile; rows -= tile, left += tile * left_stride, out += tile * out_stride) {
    multiply<tile>(left, left_stride, right, right_stride, count, out, out_stride, add);
  }
  switch (rows) {
    case 5: return multiply<5>(left, left_stride, right, right_stride, count, out, out_stride, add);
    case 4: return multiply<4>(left, left_stride, right, right_stride, count, out, out_stride, add);
    case 3: return multiply<3>(left, left_stride, right, right_stride, count, out, out_stride, add);
    case 2: return multiply<2>(left, left_stride, right, right_stride, count, out, out_stride, add);
    case 1: return multiply<1>(left, left_stride, right, right_stride, count, out, out_stride, add);
    default: return;
  }
}

/// Scores → exp(score - max) with zeros from `length` to the block's end; returns 1 / sum. `padded` is a
/// multiple of 16.
float softmax(float* scores, std::int64_t length, std::int64_t padded) {
  for (std::int64_t t = length; t < padded; ++t) { scores[t] = -INFINITY; }
  F8 best = F8::all(-INFINITY);
  for (std::int64_t t = 0; t < padded; t += 8) { best = max(best, F8::load(scores + t)); }
  const F8 shift = F8::all(maximum(best));
  F8 total_low = F8::zero(), total_high = F8::zero();
  for (std::int64_t t = 0; t < padded; t += 16) {
    const F8 low = exp(F8::load(scores + t) - shift), high = exp(F8::load(scores + t + 8) - shift);
    low.store(scores + t);
    high.store(scores + t + 8);
    total_low = total_low + low;
    total_high = total_high + high;
  }
  return 1.0f / (sum(total_low) + sum(total_high));
}

}  // namespace

Attention::Attention(std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim)
    : heads_(heads),
      kv_heads_(kv_heads),
      head_dim_(head_dim),
      per_kv_(heads / kv_heads),
      rows_per_unit_(std::max<std::int64_t>(1, 4 * tile / per_kv_)) {}

void Attention::prepare(std::span<const AttentionRow> rows) {
  rows_ = rows;
  units_.clear();
  most_positions_ = 0;
  const auto count = static_cast<std::int64_t>(rows.size());
  for (std::int64_t begin = 0; begin < count;) {
    std::int64_t end = begin + 1;
    const std::int64_t family = rows[static_cast<std::size_t>(begin)].family;
    while (end < count && end - begin < rows_per_unit_ &&
           rows[static_cast<std::size_t>(end)].family == family) {
      ++end;
    }
    units_.push_back({begin, end});
    begin = end;
  }
  for (const AttentionRow& row : rows) {
    most_positions_ =
        std::max(most_positions_, (row.length + block_tokens - 1) / block_tokens * block_tokens);
  }
  scratch_.resize(static_cast<std::size_t>(threads()));
  const auto queries = static_cast<std::size_t>(rows_per_unit_ * per_kv_);
  for (Scratch& scratch : scratch_) {
    if (scratch.scores.size() < queries * static_cast<std::size_t>(most_positions_)) {
      scratch.scores.resize(queries * static_cast<std::size_t>(most_positions_ + 16 * block_tokens));
    }
    scratch.queries.resize(queries * static_cast<std::size_t>(head_dim_));
    scratch.sums.resize(queries * static_cast<std::size_t>((head_dim_ + 15) / 16 * 16));
  }
}

void Attention::attend(const KvStorage& storage, std::int64_t layer, const float* queries,
                       std::int64_t query_stride, float* out) {
  // Units of one kv head lie together, so that a thread's share of the work is even in heads as well as in
  // rows.
  const auto units = static_cast<std::int64_t>(units_.size());
  parallel_for(units * kv_heads_, 1, [&](std::int64_t begin, std::int64_t end, int thread) {
    for (std::int64_t index = begin; index < end; ++index) {
      attend_unit(storage, layer, index % kv_heads_, units_[static_cast<std::size_t>(index / kv_heads_)],
                  queries, query_stride, out, scratch_[static_cast<std::size_t>(thread)]);
    }
  });
}

void Attention::attend_unit(const KvStorage& storage, std::int64_t layer, std::int64_t kv_head, Unit unit,
                            const float* queries, std::int64_t query_stride, float* out,
                            Scratch& scratch) const {
  const std::int64_t rows = unit.end - unit.begin, padded = storage.padded_head_dim();
  const AttentionRow* row = rows_.data() + unit.begin;
  std::int64_t longest = 0;
  for (std::int64_t r = 0; r < rows; ++r) { longest = std::max(longest, row[r].length); }
  const std::int64_t blocks = (longest + block_tokens - 1) / block_tokens, stride = blocks * block_tokens;
  float* q = scratch.queries.data();  // [rows * per_kv, head_dim]
  for (std::int64_t r = 0; r < rows; ++r) {
    std::memcpy(q + r * per_kv_ * head_dim_,
                queries + (unit.begin + r) * query_stride + kv_head * per_kv_ * head_dim_,
                static_cast<std::size_t>(per_kv_ * head_dim_) * sizeof(float));
  }
  float* scores = scratch.scores.data();  // [rows * per_kv, stride]
  float* sums = scratch.sums.data();      // [rows * per_kv, padded]

  // Consecutive rows that have the same block at this place are one run: its keys and values are read once
  // for all of them.
  const auto has = [&](std::int64_t r, std::int64_t b) { return b * block_tokens < row[r].length; };
  const auto each_run = [&](std::int64_t b, auto&& body) {
    for (std::int64_t r = 0; r < rows;) {
      if (!has(r, b)) {
        ++r;
        continue;
      }
      const BlockId block = row[r].blocks[b];
      std::int64_t end = r + 1;
      while (end < rows && has(end, b) && row[end].blocks[b] == block) { ++end; }
      body(r, end, block);
      r = end;
    }
  };

  for (std::int64_t b = 0; b < blocks; ++b) {
    each_run(b, [&](std::int64_t r, std::int64_t end, BlockId block) {
      multiply_rows((end - r) * per_kv_, q + r * per_kv_ * head_dim_, head_dim_,
                    storage.keys(block, layer, kv_head), block_tokens, head_dim_,
                    scores + r * per_kv_ * stride + b * block_tokens, stride, false);
    });
  }
  float scale[64];  // per_kv_ may exceed the tile, never this: checked by the decoder
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::int64_t own = (row[r].length + block_tokens - 1) / block_tokens * block_tokens;
    for (std::int64_t h = 0; h < per_kv_; ++h) {
      scale[r * per_kv_ + h] = softmax(scores + (r * per_kv_ + h) * stride, row[r].length, own);
    }
  }
  for (std::int64_t b = 0; b < blocks; ++b) {
    each_run(b, [&](std::int64_t r, std::int64_t end, BlockId block) {
      std::int64_t most =
          0;  // positions of the block that any row of the run sees; the others may be uninitialised
      for (std::int64_t i = r; i < end; ++i) { most = std::max(most, row[i].length); }
      const std::int64_t count = std::min(block_tokens, most - b * block_tokens);
      const float* values = storage.values(block, layer, kv_head);
      for (std::int64_t d = 0; d < padded; d += 16) {
        multiply_rows((end - r) * per_kv_, scores + r * per_kv_ * stride + b * block_tokens, stride,
                      values + d, padded, count, sums + r * per_kv_ * padded + d, padded, b > 0);
      }
    });
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t h = 0; h < per_kv_; ++h) {
      float* target = out + (unit.begin + r) * heads_ * head_dim_ + (kv_head * per_kv_ + h) * head_dim_;
      const float* from = sums + (r * per_kv_ + h) * padded;
      const float weight = scale[r * per_kv_ + h];
      for (std::int64_t d = 0; d < head_dim_; ++d) { target[d] = from[d] * weight; }
    }
  }
}

}  // namespace srl::rollout
