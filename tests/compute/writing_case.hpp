#pragma once
// Writes of keys and values for tests: one shape on random elements, the formula in plain loops, and the
// CPU's function. Row r is in page r, at position r, in the second of two layers.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "compute/kernel_test.hpp"
#include "compute/kv_writes.hpp"

namespace srl::compute::testing {

/// Elements in T.
template <class T>
struct WritingCase {
  std::int64_t rows, heads, kv_heads, head_dim;
  bool has_bias, has_norm;
  std::vector<T> qkv, bias, norm_q, norm_k, memory;
  std::vector<float> cosine, sine;
  std::vector<std::int32_t> position;
  static constexpr float eps = 1e-6F;

  WritingCase(std::int64_t row_count, std::int64_t query_heads, std::int64_t key_heads, std::int64_t dim,
              bool with_bias, bool with_norm)
      : rows(row_count),
        heads(query_heads),
        kv_heads(key_heads),
        head_dim(dim),
        has_bias(with_bias),
        has_norm(with_norm),
        qkv(random_of(rows * width(), 1)),
        bias(random_of(width(), 2)),
        norm_q(random_of(dim, 3)),
        norm_k(random_of(dim, 5)),
        memory(random_of(rows * 2 * kv_heads * 2 * page_tokens * dim, 4)) {
    for (std::int64_t i = 0; i < rows * dim / 2; ++i) {
      cosine.push_back(std::cos(0.3F * static_cast<float>(i)));
      sine.push_back(std::sin(0.3F * static_cast<float>(i)));
    }
    for (std::int64_t r = 0; r < rows; ++r) { position.push_back(static_cast<std::int32_t>(r)); }
  }
  std::int64_t width() const { return (heads + 2 * kv_heads) * head_dim; }
  /// Where the second layer's keys (0) or values (1) of a page begin in `memory`.
  std::int64_t block(std::int64_t page, std::int64_t kv_head, int which) const {
    return (((page * 2 + 1) * kv_heads + kv_head) * 2 + which) * page_tokens * head_dim;
  }

 private:
  static std::vector<T> random_of(std::int64_t count, unsigned seed) {
    return random_elements<T>(static_cast<std::size_t>(count), seed);
  }
};

/// qkv and the memory of pages after the write.
template <class S>
using Written = std::pair<std::vector<S>, std::vector<S>>;

/// In S, nothing rounded.
template <class S, class T>
Written<S> write_formula(const WritingCase<T>& of) {
  const std::int64_t dim = of.head_dim, half = dim / 2, all = of.heads + 2 * of.kv_heads;
  const std::vector<S> bias = values_as<S>(of.bias);
  std::vector<S> qkv = values_as<S>(of.qkv), memory = values_as<S>(of.memory);
  for (std::int64_t r = 0; r < of.rows; ++r) {
    for (std::int64_t head = 0; head < all; ++head) {
      S* const x = qkv.data() + (r * all + head) * dim;
      std::vector<S> y(x, x + dim);
      const auto at = [&](std::int64_t i) -> S& { return y[static_cast<std::size_t>(i)]; };
      for (std::int64_t i = 0; of.has_bias && i < dim; ++i) { at(i) += *(bias.data() + head * dim + i); }
      const bool is_query = head < of.heads, is_value = head >= of.heads + of.kv_heads;
      if (of.has_norm && !is_value) {
        const std::vector<S> norm = values_as<S>(is_query ? of.norm_q : of.norm_k);
        S sum = 0;
        for (const S value : y) { sum += value * value; }
        const S scale = 1 / std::sqrt(sum / static_cast<S>(dim) + static_cast<S>(of.eps));
        for (std::size_t i = 0; i < y.size(); ++i) { y[i] = norm[i] * (y[i] * scale); }
      }
      for (std::int64_t i = 0; !is_value && i < half; ++i) {
        const S a = at(i), b = at(half + i), c = *(of.cosine.data() + r * half + i),
                s = *(of.sine.data() + r * half + i);
        at(i) = a * c - b * s;
        at(half + i) = b * c + a * s;
      }
      if (is_query) {
        std::copy(y.begin(), y.end(), x);
      } else {
        const std::int64_t kv = is_value ? head - of.heads - of.kv_heads : head - of.heads;
        std::copy(y.begin(), y.end(),
                  memory.begin() + of.block(r, kv, is_value ? 1 : 0) + r % page_tokens * dim);
      }
    }
  }
  return {qkv, memory};
}

/// By the CPU's function; queries multiplied by sqrt(head_dim) again, pages in the order of the GPU's.
template <class S, class T>
Written<S> write_on_cpu(const WritingCase<T>& of) {
  const std::int64_t dim = of.head_dim;
  std::vector<S> qkv = values_as<S>(of.qkv), memory = values_as<S>(of.memory);
  CpuPages<S> pages(2, of.kv_heads, dim);
  pages.ensure(static_cast<PageId>(of.rows - 1));
  const auto each_element = [&](const auto& body) {
    for (std::int64_t page = 0; page < of.rows; ++page) {
      for (std::int64_t head = 0; head < of.kv_heads; ++head) {
        S* const keys = pages.keys(static_cast<PageId>(page), 1, head);
        S* const values = pages.values(static_cast<PageId>(page), 1, head);
        for (std::int64_t slot = 0; slot < page_tokens; ++slot) {
          for (std::int64_t i = 0; i < dim; ++i) {
            body(keys[i * page_tokens + slot], *(memory.data() + of.block(page, head, 0) + slot * dim + i));
            body(values[slot * pages.padded_head_dim() + i],
                 *(memory.data() + of.block(page, head, 1) + slot * dim + i));
          }
        }
      }
    }
  };
  each_element([](S& in_page, const S& element) { in_page = element; });
  const std::vector<S> bias = values_as<S>(of.bias), norm_q = values_as<S>(of.norm_q),
                       norm_k = values_as<S>(of.norm_k), cosine(of.cosine.begin(), of.cosine.end()),
                       sine(of.sine.begin(), of.sine.end());
  QkvWeights<S> weights;
  weights.eps = of.eps;
  if (of.has_bias) {
    weights.bias_q = bias.data();
    weights.bias_k = weights.bias_q + of.heads * dim;
    weights.bias_v = weights.bias_k + of.kv_heads * dim;
  }
  if (of.has_norm) {
    weights.norm_q = norm_q.data();
    weights.norm_k = norm_k.data();
  }
  write_keys_and_values<S>({qkv.data(), of.rows, of.width()}, weights,
                           {of.position.data(), cosine.data(), sine.data(), dim}, of.position, pages, 1);
  each_element([](const S& in_page, S& element) { element = in_page; });
  const S root = std::sqrt(static_cast<S>(dim));
  const std::vector<S> before = values_as<S>(of.qkv);
  for (std::int64_t r = 0; r < of.rows; ++r) {
    S* const row = qkv.data() + r * of.width();
    for (std::int64_t i = 0; i < of.heads * dim; ++i) { row[i] *= root; }
    // What the CPU leaves of keys and values in qkv is never read; the GPU leaves them as they were.
    std::copy_n(before.data() + r * of.width() + of.heads * dim, 2 * of.kv_heads * dim, row + of.heads * dim);
  }
  return {qkv, memory};
}

}  // namespace srl::compute::testing
