#include "rollout/decode/attention.hpp"

#include <algorithm>

#include "compute/simd.hpp"
#include "rollout/decode/parallel.hpp"

namespace srl::rollout {
using compute::F8;
namespace {

constexpr std::int64_t tile = 6;  // 2 x 6 accumulators, two loads and a broadcast fit in 16 registers

/// out[q][0..16) (+)= sum over i of left[q][i] * right[i][0..16), i ascending, for N rows. Both products of
/// attention have this form: the scores (i = dimension, lanes = 16 positions of a block) and the weighted sum
/// of values (i = position, lanes = 16 dimensions).
template <int N>
void multiply(const Rows<const float>& left, const Rows<const float>& right, const Rows<float>& out,
              bool add) {
  F8 low[N], high[N];
  for (int q = 0; q < N; ++q) {
    low[q] = add ? F8::load(out.row(q)) : F8::zero();
    high[q] = add ? F8::load(out.row(q) + 8) : F8::zero();
  }
  for (std::int64_t i = 0; i < right.rows; ++i) {
    const F8 right_low = F8::load(right.row(i)), right_high = F8::load(right.row(i) + 8);
    for (int q = 0; q < N; ++q) {
      const F8 weight = F8::all(left.row(q)[i]);
      low[q] = fma(weight, right_low, low[q]);
      high[q] = fma(weight, right_high, high[q]);
    }
  }
  for (int q = 0; q < N; ++q) {
    low[q].store(out.row(q));
    high[q].store(out.row(q) + 8);
  }
}

void multiply_rows(const Rows<const float>& left, const Rows<const float>& right, const Rows<float>& out,
                   bool add) {
  std::int64_t done = 0;
  for (; done + tile <= left.rows; done += tile) {
    multiply<tile>(left.from(done, tile), right, out.from(done, tile), add);
  }
  const std::int64_t rest = left.rows - done;
  const Rows<const float> last = left.from(done, rest);
  const Rows<float> target = out.from(done, rest);
  switch (rest) {
    case 5: return multiply<5>(last, right, target, add);
    case 4: return multiply<4>(last, right, target, add);
    case 3: return multiply<3>(last, right, target, add);
    case 2: return multiply<2>(last, right, target, add);
    case 1: return multiply<1>(last, right, target, add);
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

std::int64_t whole_blocks(std::int64_t positions) {
  return blocks_for(positions) * block_tokens;
}

/// One unit's rows and one kv head. Each row has `per_kv` queries, stored one below the other.
struct Work {
  const KvStorage& storage;
  std::int64_t layer, kv_head, per_kv;
  std::span<const AttentionRow> rows;
  std::int64_t blocks;  // of the longest row
  Rows<float> queries;  // [rows * per_kv, head_dim]
  Rows<float> scores;   // [rows * per_kv, blocks * block_tokens]
  Rows<float> sums;     // [rows * per_kv, padded head_dim]

  /// The part of a matrix for rows [first, end).
  Rows<float> of(const Rows<float>& matrix, std::int64_t first, std::int64_t end) const {
    return matrix.from(first * per_kv, (end - first) * per_kv);
  }
};

/// Calls body(first, end, block) for every run of rows with the same b-th block. So its keys and values are
/// read once for all rows of the run.
template <class F>
void each_run(std::span<const AttentionRow> rows, std::int64_t b, F&& body) {
  const auto has = [&](std::int64_t r) { return b * block_tokens < rows[r].length; };
  for (std::int64_t r = 0; r < std::ssize(rows);) {
    if (!has(r)) {
      ++r;
      continue;
    }
    const BlockId block = rows[r].blocks[b];
    std::int64_t end = r + 1;
    while (end < std::ssize(rows) && has(end) && rows[end].blocks[b] == block) { ++end; }
    body(r, end, block);
    r = end;
  }
}

void score(const Work& work) {
  for (std::int64_t b = 0; b < work.blocks; ++b) {
    each_run(work.rows, b, [&](std::int64_t first, std::int64_t end, BlockId block) {
      const Rows<const float> keys(work.storage.keys(block, work.layer, work.kv_head), work.queries.width,
                                   block_tokens);
      multiply_rows(work.of(work.queries, first, end), keys,
                    work.of(work.scores, first, end).columns(b * block_tokens, block_tokens), false);
    });
  }
}

void sum_values(const Work& work) {
  for (std::int64_t b = 0; b < work.blocks; ++b) {
    each_run(work.rows, b, [&](std::int64_t first, std::int64_t end, BlockId block) {
      // Use only positions of the block that some row of the run sees; the others may be uninitialised.
      std::int64_t most = 0;
      for (std::int64_t i = first; i < end; ++i) { most = std::max(most, work.rows[i].length); }
      const std::int64_t count = std::min(block_tokens, most - b * block_tokens);
      const Rows<const float> values(work.storage.values(block, work.layer, work.kv_head), count,
                                     work.sums.width);
      const Rows<float> weights = work.of(work.scores, first, end).columns(b * block_tokens, count);
      const Rows<float> sums = work.of(work.sums, first, end);
      for (std::int64_t d = 0; d < sums.width; d += 16) {
        multiply_rows(weights, values.columns(d, 16), sums.columns(d, 16), b > 0);
      }
    });
  }
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
  const auto count = std::ssize(rows);
  for (std::int64_t begin = 0; begin < count;) {
    std::int64_t end = begin + 1;
    const std::int64_t family = rows[begin].family;
    while (end < count && end - begin < rows_per_unit_ && rows[end].family == family) { ++end; }
    units_.push_back({begin, end});
    begin = end;
  }
  for (const AttentionRow& row : rows) {
    most_positions_ = std::max(most_positions_, whole_blocks(row.length));
  }
  scratch_.resize(threads());
  const std::int64_t queries = rows_per_unit_ * per_kv_;
  for (Scratch& scratch : scratch_) {
    if (std::ssize(scratch.scores) < queries * most_positions_) {
      scratch.scores.resize(queries * (most_positions_ + 16 * block_tokens));
    }
    scratch.queries.resize(queries * head_dim_);
    scratch.sums.resize(queries * ((head_dim_ + 15) / 16 * 16));
  }
}

void Attention::attend(const KvStorage& storage, std::int64_t layer, Rows<const float> queries, float* out) {
  // Index units and kv heads together, so that work is spread evenly over threads in both.
  const auto units = std::ssize(units_);
  parallel_slices(units * kv_heads_, 1, [&](std::int64_t begin, std::int64_t end, int thread) {
    for (std::int64_t index = begin; index < end; ++index) {
      attend_unit(storage, layer, index % kv_heads_, units_[index / kv_heads_], queries, out,
                  scratch_[thread]);
    }
  });
}

void Attention::attend_unit(const KvStorage& storage, std::int64_t layer, std::int64_t kv_head, Unit unit,
                            Rows<const float> queries, float* out, Scratch& scratch) const {
  const std::span<const AttentionRow> rows = rows_.subspan(unit.begin, unit.end - unit.begin);
  std::int64_t longest = 0;
  for (const AttentionRow& row : rows) { longest = std::max(longest, row.length); }
  const std::int64_t all = std::ssize(rows) * per_kv_, width = per_kv_ * head_dim_;
  const Work work{storage,
                  layer,
                  kv_head,
                  per_kv_,
                  rows,
                  blocks_for(longest),
                  {scratch.queries.data(), all, head_dim_},
                  {scratch.scores.data(), all, whole_blocks(longest)},
                  {scratch.sums.data(), all, storage.padded_head_dim()}};
  for (std::int64_t r = 0; r < std::ssize(rows); ++r) {
    std::copy_n(queries.row(unit.begin + r) + kv_head * width, width, work.queries.row(r * per_kv_));
  }
  score(work);
  float scale[64];  // the decoder checks that per_kv_ is at most 64
  for (std::int64_t q = 0; q < all; ++q) {
    const std::int64_t length = rows[q / per_kv_].length;
    scale[q] = softmax(work.scores.row(q), length, whole_blocks(length));
  }
  sum_values(work);
  float* target = out + unit.begin * heads_ * head_dim_ + kv_head * width;
  for (std::int64_t q = 0; q < all; ++q) {
    float* to = target + q / per_kv_ * heads_ * head_dim_ + q % per_kv_ * head_dim_;
    const float* from = work.sums.row(q);
    const float weight = scale[q];
    for (std::int64_t d = 0; d < head_dim_; ++d) { to[d] = from[d] * weight; }
  }
}

}  // namespace srl::rollout
