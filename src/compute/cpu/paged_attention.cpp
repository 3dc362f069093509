#include "compute/paged_attention.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "compute/cpu/simd.hpp"
#include "compute/loops.hpp"

namespace srl::compute {
namespace {

constexpr std::int64_t tile = 6;  // 2 x 6 accumulators, two loads and a broadcast fit in 16 registers
constexpr std::int64_t most_per_kv = 64;

/// out[q][0..16) (+)= sum over i of left[q][i] * right[i][0..16), i ascending, for N rows. Both products of
/// attention have this form: the scores (i = dimension, lanes = 16 positions of a page) and the weighted sum
/// of values (i = position, lanes = 16 dimensions).
template <int N, class T>
void multiply(const Rows<const T>& left, const Rows<const T>& right, const Rows<T>& out, bool add) {
  using Lanes = Eight<T>;
  Lanes low[N], high[N];
  for (int q = 0; q < N; ++q) {
    low[q] = add ? Lanes::load(out.row(q)) : Lanes::zero();
    high[q] = add ? Lanes::load(out.row(q) + 8) : Lanes::zero();
  }
  for (std::int64_t i = 0; i < right.rows; ++i) {
    const Lanes right_low = Lanes::load(right.row(i)), right_high = Lanes::load(right.row(i) + 8);
    for (int q = 0; q < N; ++q) {
      const Lanes weight = Lanes::all(left.row(q)[i]);
      low[q] = fma(weight, right_low, low[q]);
      high[q] = fma(weight, right_high, high[q]);
    }
  }
  for (int q = 0; q < N; ++q) {
    low[q].store(out.row(q));
    high[q].store(out.row(q) + 8);
  }
}

template <class T>
void multiply_rows(const Rows<const T>& left, const Rows<const T>& right, const Rows<T>& out, bool add) {
  std::int64_t done = 0;
  for (; done + tile <= left.rows; done += tile) {
    multiply<tile, T>(left.from(done, tile), right, out.from(done, tile), add);
  }
  const std::int64_t rest = left.rows - done;
  const Rows<const T> last = left.from(done, rest);
  const Rows<T> target = out.from(done, rest);
  switch (rest) {
    case 5: return multiply<5, T>(last, right, target, add);
    case 4: return multiply<4, T>(last, right, target, add);
    case 3: return multiply<3, T>(last, right, target, add);
    case 2: return multiply<2, T>(last, right, target, add);
    case 1: return multiply<1, T>(last, right, target, add);
    default: return;
  }
}

/// Scores → exp(score - max) with zeros from `length` to the page's end; returns 1 / sum. `padded` is a
/// multiple of 16.
template <class T>
T softmax(T* scores, std::int64_t length, std::int64_t padded) {
  for (std::int64_t t = length; t < padded; ++t) { scores[t] = -INFINITY; }
  using Lanes = Eight<T>;
  Lanes best = Lanes::all(-INFINITY);
  for (std::int64_t t = 0; t < padded; t += 8) { best = max(best, Lanes::load(scores + t)); }
  const Lanes shift = Lanes::all(maximum(best));
  Lanes total_low = Lanes::zero(), total_high = Lanes::zero();
  for (std::int64_t t = 0; t < padded; t += 16) {
    const Lanes low = exp(Lanes::load(scores + t) - shift), high = exp(Lanes::load(scores + t + 8) - shift);
    low.store(scores + t);
    high.store(scores + t + 8);
    total_low = total_low + low;
    total_high = total_high + high;
  }
  return T{1} / (sum(total_low) + sum(total_high));
}

std::int64_t whole_pages(std::int64_t positions) {
  return pages_for(positions) * page_tokens;
}

/// One unit's rows and one kv head. Each row has `per_kv` queries, stored one below the other.
template <class T>
struct Work {
  const CpuPages<T>& pages;
  std::int64_t layer, kv_head, per_kv;
  std::span<const PagedRow> rows;
  std::int64_t longest;  // pages of the longest row
  Rows<T> queries;       // [rows * per_kv, head_dim]
  Rows<T> scores;        // [rows * per_kv, longest * page_tokens]
  Rows<T> sums;          // [rows * per_kv, padded head_dim]

  /// The part of a matrix for rows [first, end).
  Rows<T> of(const Rows<T>& matrix, std::int64_t first, std::int64_t end) const {
    return matrix.from(first * per_kv, (end - first) * per_kv);
  }
};

/// Calls body(first, end, page) for every run of rows with the same p-th page. So its keys and values are
/// read once for all rows of the run.
template <class F>
void each_run(std::span<const PagedRow> rows, std::int64_t p, F&& body) {
  const auto at = [&](std::int64_t r) -> const PagedRow& { return rows[r]; };
  const auto has = [&](std::int64_t r) { return p * page_tokens < at(r).length; };
  const auto page_of = [&](std::int64_t r) { return at(r).pages[p]; };
  for (std::int64_t r = 0; r < std::ssize(rows);) {
    if (!has(r)) {
      ++r;
      continue;
    }
    const PageId page = page_of(r);
    std::int64_t end = r + 1;
    while (end < std::ssize(rows) && has(end) && page_of(end) == page) { ++end; }
    body(r, end, page);
    r = end;
  }
}

template <class T>
void score(const Work<T>& work) {
  for (std::int64_t p = 0; p < work.longest; ++p) {
    each_run(work.rows, p, [&](std::int64_t first, std::int64_t end, PageId page) {
      const Rows<const T> keys(work.pages.keys(page, work.layer, work.kv_head), work.queries.width,
                               page_tokens);
      multiply_rows<T>(work.of(work.queries, first, end), keys,
                       work.of(work.scores, first, end).columns(p * page_tokens, page_tokens), false);
    });
  }
}

template <class T>
void sum_values(const Work<T>& work) {
  for (std::int64_t p = 0; p < work.longest; ++p) {
    each_run(work.rows, p, [&](std::int64_t first, std::int64_t end, PageId page) {
      // Use only positions of the page that some row of the run sees; the others may be uninitialised.
      std::int64_t most = 0;
      for (std::int64_t i = first; i < end; ++i) { most = std::max(most, work.rows[i].length); }
      const std::int64_t count = std::min(page_tokens, most - p * page_tokens);
      const Rows<const T> values(work.pages.values(page, work.layer, work.kv_head), count, work.sums.width);
      const Rows<T> weights = work.of(work.scores, first, end).columns(p * page_tokens, count);
      const Rows<T> sums = work.of(work.sums, first, end);
      for (std::int64_t d = 0; d < sums.width; d += 16) {
        multiply_rows<T>(weights, values.columns(d, 16), sums.columns(d, 16), p > 0);
      }
    });
  }
}

}  // namespace

template <class T>
PagedAttention<T>::PagedAttention(std::int64_t heads, std::int64_t kv_heads, std::int64_t head_dim)
    : kv_heads_(kv_heads),
      head_dim_(head_dim),
      per_kv_(heads / kv_heads),
      rows_per_unit_(std::max<std::int64_t>(1, 4 * tile / per_kv_)) {
  if (per_kv_ > most_per_kv) {
    throw Bug("paged attention of " + std::to_string(heads) + " heads with " + std::to_string(kv_heads) +
              " key/value heads");
  }
}

template <class T>
void PagedAttention<T>::prepare(std::span<const PagedRow> rows) {
  rows_ = rows;
  units_.clear();
  most_positions_ = 0;
  const auto count = std::ssize(rows);
  const auto family_of = [&](std::int64_t r) { return rows[r].family; };
  for (std::int64_t begin = 0; begin < count;) {
    std::int64_t end = begin + 1;
    while (end < count && end - begin < rows_per_unit_ && family_of(end) == family_of(begin)) { ++end; }
    units_.push_back({begin, end});
    begin = end;
  }
  for (const PagedRow& row : rows) { most_positions_ = std::max(most_positions_, whole_pages(row.length)); }
  scratch_.resize(compute_threads());
  const std::int64_t queries = rows_per_unit_ * per_kv_;
  const auto resize = [&](std::vector<T>& of, std::int64_t width) { of.resize(queries * width); };
  for (Scratch& scratch : scratch_) {
    if (std::ssize(scratch.scores) < queries * most_positions_) {
      resize(scratch.scores, most_positions_ + 16 * page_tokens);
    }
    resize(scratch.queries, head_dim_);
    resize(scratch.sums, (head_dim_ + 15) / 16 * 16);
  }
}

template <class T>
void PagedAttention<T>::attend(const CpuPages<T>& pages, std::int64_t layer, Input<T> queries, Rows<T> out) {
  // Index units and kv heads together, so that work is spread evenly over threads in both.
  const auto units = std::ssize(units_);
  parallel_slices(units * kv_heads_, 1, [&](std::int64_t begin, std::int64_t end, std::int64_t thread) {
    for (std::int64_t index = begin; index < end; ++index) {
      attend_unit(pages, layer, index % kv_heads_, units_[index / kv_heads_], queries, out, scratch_[thread]);
    }
  });
}

template <class T>
void PagedAttention<T>::attend_unit(const CpuPages<T>& pages, std::int64_t layer, std::int64_t kv_head,
                                    Unit unit, Input<T> queries, const Rows<T>& out, Scratch& scratch) const {
  const std::span<const PagedRow> rows = rows_.subspan(unit.begin, unit.end - unit.begin);
  std::int64_t longest = 0;
  for (const PagedRow& row : rows) { longest = std::max(longest, row.length); }
  const std::int64_t all = std::ssize(rows) * per_kv_, width = per_kv_ * head_dim_;
  const Work<T> work{pages,
                     layer,
                     kv_head,
                     per_kv_,
                     rows,
                     pages_for(longest),
                     {scratch.queries.data(), all, head_dim_},
                     {scratch.scores.data(), all, whole_pages(longest)},
                     {scratch.sums.data(), all, pages.padded_head_dim()}};
  for (std::int64_t r = 0; r < std::ssize(rows); ++r) {
    std::copy_n(queries.row(unit.begin + r) + kv_head * width, width, work.queries.row(r * per_kv_));
  }
  score(work);
  T scale[most_per_kv];
  for (std::int64_t q = 0; q < all; ++q) {
    const std::int64_t length = rows[q / per_kv_].length;
    scale[q] = softmax(work.scores.row(q), length, whole_pages(length));
  }
  sum_values(work);
  for (std::int64_t q = 0; q < all; ++q) {
    T* to = out.row(unit.begin + q / per_kv_) + kv_head * width + q % per_kv_ * head_dim_;
    const T* from = work.sums.row(q);
    const T weight = scale[q];
    for (std::int64_t d = 0; d < head_dim_; ++d) { to[d] = from[d] * weight; }
  }
}

template class PagedAttention<float>;
template class PagedAttention<double>;

}  // namespace srl::compute
