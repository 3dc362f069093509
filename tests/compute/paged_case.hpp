#pragma once
// Attention over pages for tests: rows of groups, the formula in plain loops, and the CPU's function.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "compute/kernel_test.hpp"
#include "compute/paged_attention.hpp"

namespace srl::compute::testing {

inline std::size_t at(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

/// Rows of groups: the rows of a group have `shared` positions in common, and end where they like.
/// Elements in T.
template <class T>
struct PagedCase {
  struct Group {
    std::int64_t shared;
    std::vector<std::int64_t> lengths;
  };
  std::int64_t kv_heads, per_kv, head_dim;
  std::vector<Group> groups;
  static constexpr std::int64_t layers = 2, layer = 1;

  std::vector<std::vector<PageId>> pages;             ///< [rows]
  std::vector<std::int64_t> shared, lengths, family;  ///< [rows]
  PageId page_count = 0;
  std::vector<T> memory, queries;  ///< the memory of GpuPages

  PagedCase(std::int64_t key_heads, std::int64_t queries_per_key, std::int64_t dim, std::vector<Group> of)
      : kv_heads(key_heads), per_kv(queries_per_key), head_dim(dim), groups(std::move(of)) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      std::vector<PageId> common;
      for (std::int64_t p = 0; p < groups[g].shared / page_tokens; ++p) { common.push_back(page_count++); }
      for (const std::int64_t length : groups[g].lengths) {
        pages.push_back(common);
        while (std::ssize(pages.back()) * page_tokens < length) { pages.back().push_back(page_count++); }
        shared.push_back(groups[g].shared);
        lengths.push_back(length);
        family.push_back(static_cast<std::int64_t>(g));
      }
    }
    for (auto& list : pages) {  // not in the order of the memory
      for (PageId& page : list) { page = page_count - 1 - page; }
    }
    memory = random_elements<T>(at(page_count * layers * kv_heads * 2 * page_tokens * head_dim), 1);
    queries = random_elements<T>(at(std::ssize(pages) * width()), 2, 2);
  }
  std::vector<PagedRow> rows() const {
    std::vector<PagedRow> result;
    for (std::size_t r = 0; r < pages.size(); ++r) {
      result.push_back({pages[r], lengths[r], shared[r], family[r]});
    }
    return result;
  }
  std::int64_t heads() const { return kv_heads * per_kv; }
  std::int64_t width() const { return heads() * head_dim; }
  /// Element i of the key (0) or value (1) in a slot of a page.
  float element(PageId page, std::int64_t slot, std::int64_t kv_head, int which, std::int64_t i) const {
    const std::int64_t block = ((page * layers + layer) * kv_heads + kv_head) * 2 + which;
    return value_of(memory[at((block * page_tokens + slot) * head_dim + i)]);
  }
  /// The same at a position of a row.
  float of_row(std::size_t row, std::int64_t position, std::int64_t kv_head, int which,
               std::int64_t i) const {
    return element(pages[row][at(position / page_tokens)], position % page_tokens, kv_head, which, i);
  }
  /// Only row r.
  PagedCase only(std::size_t r) const {
    PagedCase one = *this;
    one.pages = {pages[r]};
    one.lengths = {lengths[r]};
    one.shared = {shared[r]};
    one.family = {family[r]};
    const auto begin = static_cast<std::ptrdiff_t>(r) * width();
    one.queries.assign(queries.begin() + begin, queries.begin() + begin + width());
    return one;
  }
  std::string text() const {
    return std::to_string(heads()) + " heads of " + std::to_string(head_dim) + ", " +
           std::to_string(kv_heads) + " of keys in " + std::string(word(device::dtype_of<T>()));
  }
};

/// The formula in order, in S. `rounded`: weights are rounded to T where they multiply values.
template <class S, class T>
std::vector<S> paged_formula(const PagedCase<T>& of, bool rounded) {
  std::vector<S> result;
  for (std::size_t r = 0; r < of.pages.size(); ++r) {
    for (std::int64_t head = 0; head < of.heads(); ++head) {
      std::vector<S> weights;
      const std::size_t query = r * at(of.width()) + at(head * of.head_dim);
      for (std::int64_t t = 0; t < of.lengths[r]; ++t) {
        S score = 0;
        for (std::int64_t i = 0; i < of.head_dim; ++i) {
          score += static_cast<S>(value_of(of.queries[query + at(i)])) *
                   static_cast<S>(of.of_row(r, t, head / of.per_kv, 0, i));
        }
        weights.push_back(score / std::sqrt(static_cast<S>(of.head_dim)));
      }
      const S most = *std::max_element(weights.begin(), weights.end());
      S total = 0;
      for (S& weight : weights) {
        weight = std::exp(weight - most);
        total += weight;
        if (rounded) { weight = value_of(element<T>(static_cast<float>(weight))); }
      }
      for (std::int64_t i = 0; i < of.head_dim; ++i) {
        S sum = 0;
        for (std::int64_t t = 0; t < of.lengths[r]; ++t) {
          sum += weights[at(t)] * static_cast<S>(of.of_row(r, t, head / of.per_kv, 1, i));
        }
        result.push_back(sum / total);
      }
    }
  }
  return result;
}

/// The CPU's function in S. What no row may read is NaN.
template <class S, class T>
std::vector<S> attend_on_cpu(const PagedCase<T>& of) {
  CpuPages<S> pages(of.layers, of.kv_heads, of.head_dim);
  pages.ensure(of.page_count - 1);
  const auto floor = [](std::int64_t length) { return (length - 1) / page_tokens * page_tokens; };
  for (std::size_t r = 0; r < of.pages.size(); ++r) {
    for (std::int64_t t = floor(of.lengths[r]); t < floor(of.lengths[r]) + page_tokens; ++t) {
      for (std::int64_t head = 0; head < of.kv_heads; ++head) {
        S* const values = pages.values(of.pages[r][at(t / page_tokens)], of.layer, head);
        for (std::int64_t i = 0; i < pages.padded_head_dim(); ++i) {
          values[t % page_tokens * pages.padded_head_dim() + i] = std::numeric_limits<S>::quiet_NaN();
        }
      }
    }
  }
  for (std::size_t r = 0; r < of.pages.size(); ++r) {
    for (std::int64_t t = 0; t < of.lengths[r]; ++t) {
      const PageId page = of.pages[r][at(t / page_tokens)];
      const std::int64_t slot = t % page_tokens;
      for (std::int64_t head = 0; head < of.kv_heads; ++head) {
        S* const keys = pages.keys(page, of.layer, head);
        S* const values = pages.values(page, of.layer, head);
        for (std::int64_t i = 0; i < of.head_dim; ++i) {
          keys[i * page_tokens + slot] = of.element(page, slot, head, 0, i);
          values[slot * pages.padded_head_dim() + i] = of.element(page, slot, head, 1, i);
        }
      }
    }
  }
  std::vector<S> queries = values_as<S>(of.queries), out(queries.size());
  for (S& query : queries) { query /= std::sqrt(static_cast<S>(of.head_dim)); }
  const std::vector<PagedRow> rows = of.rows();
  PagedAttention<S> attention(of.heads(), of.kv_heads, of.head_dim);
  attention.prepare(rows);
  attention.attend(pages, of.layer, Rows<const S>(queries.data(), std::ssize(rows), of.width()),
                   Rows<S>(out.data(), std::ssize(rows), of.width()));
  return out;
}

}  // namespace srl::compute::testing
