#pragma once
// Attention over packs for tests: sequences of random elements, and the formula in plain loops, forward and
// backward.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "compute/kernel_test.hpp"

namespace srl::compute::testing {

/// Elements in T.
template <class T>
struct PackedCase {
  struct Lengths {
    std::int32_t queries, keys;
  };
  std::int64_t kv_heads, per_kv, head_dim;
  std::vector<Lengths> lengths;
  bool causal;
  std::vector<std::int32_t> first_query{0}, first_key{0};
  std::vector<T> q, k, v, dout;

  PackedCase(std::int64_t key_heads, std::int64_t queries_per_key, std::int64_t dim, std::vector<Lengths> of,
             bool is_causal = true)
      : kv_heads(key_heads),
        per_kv(queries_per_key),
        head_dim(dim),
        lengths(std::move(of)),
        causal(is_causal) {
    for (const Lengths& length : lengths) {
      first_query.push_back(first_query.back() + length.queries);
      first_key.push_back(first_key.back() + length.keys);
    }
    q = random_of(queries() * width(), 1);
    k = random_of(keys() * key_width(), 2);
    v = random_of(keys() * key_width(), 3);
    dout = random_of(queries() * width(), 4);
  }
  std::int64_t queries() const { return first_query.back(); }
  std::int64_t keys() const { return first_key.back(); }
  std::int64_t heads() const { return kv_heads * per_kv; }
  std::int64_t width() const { return heads() * head_dim; }
  std::int64_t key_width() const { return kv_heads * head_dim; }
  std::string text() const {
    return std::to_string(heads()) + " heads of " + std::to_string(head_dim) + ", " +
           std::to_string(kv_heads) + " of keys, " + std::to_string(queries()) + " queries, " +
           std::to_string(keys()) + " keys in " + std::string(word(device::dtype_of<T>()));
  }

 private:
  static std::vector<T> random_of(std::int64_t count, unsigned seed) {
    return random_elements<T>(static_cast<std::size_t>(count), seed);
  }
};

/// Rows as in compute/attention.hpp.
template <class T, class S>
struct Packed {
  std::vector<T> out, dq, dk, dv;
  std::vector<S> lse;
  bool operator==(const Packed&) const = default;
};

/// The formulas in plain loops in S, keys and queries in order.
template <class S, class T>
class PackedFormula {
 public:
  /// `rounds`: out, and the weights and gradients of scores where they multiply rows, are rounded to T.
  PackedFormula(const PackedCase<T>& of, bool rounds)
      : of_(of),
        rounds_(rounds),
        q_(values_as<S>(of.q)),
        k_(values_as<S>(of.k)),
        v_(values_as<S>(of.v)),
        dout_(values_as<S>(of.dout)),
        scale_(1 / std::sqrt(static_cast<S>(of.head_dim))) {
    result_.out.resize(q_.size());
    result_.dq.resize(q_.size());
    result_.dk.resize(k_.size());
    result_.dv.resize(k_.size());
    result_.lse.resize(static_cast<std::size_t>(of.queries() * of.heads()));
  }
  Packed<S, S> run() {
    for (std::size_t s = 0; s < of_.lengths.size(); ++s) {
      for (std::int64_t head = 0; head < of_.heads(); ++head) {
        for (std::int32_t i = 0; i < of_.lengths[s].queries; ++i) { query(s, head, i); }
      }
    }
    for (std::vector<S>* scaled : {&result_.dq, &result_.dk}) {
      for (S& element : *scaled) { element *= scale_; }
    }
    return result_;
  }

 private:
  S rounded(S value) const {
    return rounds_ ? static_cast<S>(value_of(element<T>(static_cast<float>(value)))) : value;
  }
  S dot(const S* a, const S* b) const {
    S sum = 0;
    for (std::int64_t i = 0; i < of_.head_dim; ++i) { sum += a[i] * b[i]; }
    return sum;
  }
  void add(S* to, S factor, const S* from) const {
    for (std::int64_t i = 0; i < of_.head_dim; ++i) { to[i] += factor * from[i]; }
  }
  void query(std::size_t s, std::int64_t head, std::int32_t i) {
    const auto [queries, keys] = of_.lengths[s];
    const std::int32_t seen = of_.causal ? std::max(0, i + 1 + keys - queries) : keys;
    const std::int64_t row = of_.first_query[s] + i, at = row * of_.width() + head * of_.head_dim,
                       first = of_.first_key[s] * of_.key_width() + head / of_.per_kv * of_.head_dim;
    S& lse = *(result_.lse.data() + row * of_.heads() + head);
    lse = -std::numeric_limits<S>::infinity();
    if (seen == 0) { return; }
    std::vector<S> scores;
    for (std::int32_t j = 0; j < seen; ++j) {
      scores.push_back(dot(q_.data() + at, k_.data() + first + j * of_.key_width()) * scale_);
    }
    const S most = *std::max_element(scores.begin(), scores.end());
    S total = 0;
    S* const out = result_.out.data() + at;
    for (std::int32_t j = 0; j < seen; ++j) {
      const S weight = std::exp(scores[static_cast<std::size_t>(j)] - most);
      total += weight;
      add(out, rounded(weight), v_.data() + first + j * of_.key_width());
    }
    for (std::int64_t e = 0; e < of_.head_dim; ++e) { out[e] = rounded(out[e] / total); }
    lse = most + std::log(total);
    const S* const dout = dout_.data() + at;
    const S of_out = dot(dout, out);
    for (std::int32_t j = 0; j < seen; ++j) {
      const std::int64_t key = first + j * of_.key_width();
      const S weight = std::exp(scores[static_cast<std::size_t>(j)] - lse);
      const S gradient = rounded(weight * (dot(dout, v_.data() + key) - of_out));
      add(result_.dq.data() + at, gradient, k_.data() + key);
      add(result_.dk.data() + key, gradient, q_.data() + at);
      add(result_.dv.data() + key, rounded(weight), dout);
    }
  }

  const PackedCase<T>& of_;
  bool rounds_;
  std::vector<S> q_, k_, v_, dout_;
  S scale_;
  Packed<S, S> result_;
};

}  // namespace srl::compute::testing
