#pragma once
// Attention in parts for tests: random parts and log-sum-exps, some of ranges without keys.
#include <cmath>
#include <limits>
#include <vector>

#include "compute/kernel_test.hpp"
#include "compute/merge_attention.hpp"

namespace srl::compute::testing {

inline constexpr float no_keys = -std::numeric_limits<float>::infinity();

template <class T>
struct MergeCase {
  std::int64_t heads, head_dim;
  std::vector<std::int32_t> first{0};
  std::vector<T> parts;
  std::vector<float> lse;

  /// `with_parts`: of each row. Some log-sum-exps are minus infinity, and the elements of their parts NaN.
  MergeCase(std::int64_t of_heads, std::int64_t dim, const std::vector<std::int32_t>& with_parts)
      : heads(of_heads), head_dim(dim) {
    for (const std::int32_t count : with_parts) { first.push_back(first.back() + count); }
    const auto sums = static_cast<std::size_t>(first.back() * heads), width = static_cast<std::size_t>(dim);
    parts = random_elements<T>(sums * width, 1);
    lse = random_elements<float>(sums, 2, 5);
    for (std::size_t i = 0; i < sums; i += 3) {
      lse[i] = no_keys;
      for (std::size_t e = 0; e < width; ++e) { parts[i * width + e] = element<T>(std::nanf("")); }
    }
  }
  std::int64_t rows() const { return std::ssize(first) - 1; }
  std::int64_t width() const { return heads * head_dim; }
};

template <class S>
struct Merged {
  std::vector<S> out, lse;
  bool operator==(const Merged&) const = default;
};

/// By the CPU's function in S.
template <class S, class T>
Merged<S> merge_on_cpu(const MergeCase<T>& of) {
  const std::vector<S> parts = values_as<S>(of.parts), lse(of.lse.begin(), of.lse.end());
  Merged<S> result{std::vector<S>(static_cast<std::size_t>(of.rows() * of.width())),
                   std::vector<S>(static_cast<std::size_t>(of.rows() * of.heads))};
  merge_attention<S>({parts.data(), of.first.back(), of.width()}, {lse.data(), of.first.back(), of.heads},
                     of.first, {result.out.data(), of.rows(), of.width()},
                     {result.lse.data(), of.rows(), of.heads});
  return result;
}

}  // namespace srl::compute::testing
