#include "compute/gpu/flash/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/gpu/flash/back_end.hpp"
#include "device/memory.hpp"

namespace srl::compute::flash {
namespace {

using device::Bf16;
using device::Span;

constexpr double allowed_element = 0x1p-6, allowed_log_sum = 0x1p-12;
/// Added to the log-sums as if other keys had as large a sum.
constexpr float of_other_keys = 0.7F;

struct Lengths {
  std::int32_t queries, keys;
};

/// Sequences that end inside tiles of both kernels and at none of their ends.
struct Case {
  bool causal;
  std::vector<Lengths> lengths;
};

std::vector<Case> cases() {
  const std::int32_t f = comparison_factor();
  return {{true, {{65 * f, 65 * f}, {17 * f, 17 * f}, {3 * f, 40 * f}}},
          {false, {{70 * f, 33 * f}, {0, 37 * f}, {5 * f, 129 * f}}}};
}

struct Results {
  std::vector<Bf16> out, dq, dk, dv;
  std::vector<float> lse;
};

double value_of(float value) {
  return double{value};
}
double value_of(Bf16 value) {
  return double{device::to_float(value)};
}

class Comparison {
 public:
  Comparison(const device::Stream& stream, const AttentionShape& shape, const Case& of)
      : stream_(stream), shape_(shape), causal_(of.causal) {
    for (const Lengths& length : of.lengths) {
      first_query_.push_back(first_query_.back() + length.queries);
      first_key_.push_back(first_key_.back() + length.keys);
      longest_.queries = std::max(longest_.queries, length.queries);
      longest_.keys = std::max(longest_.keys, length.keys);
    }
  }

  Difference run() {
    const GpuQkv qkv{random(queries(), width(), 1), random(keys(), key_width(), 2),
                     random(keys(), key_width(), 3)};
    const GpuRows<const Bf16> dout = random(queries(), width(), 4);
    const GpuSequences sequences{on_gpu(first_query_), on_gpu(first_key_), longest_.queries, longest_.keys,
                                 causal_};
    const std::size_t bytes = FlashAttention::memory(std::max(queries(), keys()), shape_, true);
    const FlashAttention flash(stream_.device(), empty<std::byte>(bytes));
    const Outputs own = outputs(), theirs = outputs();
    attention(stream_, qkv, sequences, own.out, own.lse);
    Results of_own = read(own), of_flash;
    bool done = flash.forward(stream_, qkv, sequences, theirs.out, theirs.lse);
    of_flash = read(theirs);
    const GpuRows<const float> log_sums = joined(of_own.lse);
    const GpuQkvGradient gradient = gradients(), their_gradient = gradients();
    attention_backward(stream_, dout, qkv, sequences, own.out, log_sums, gradient,
                       empty<float>(attention_backward_partial(queries(), shape_.heads)));
    read(gradient, of_own);
    done = flash.backward(stream_, dout, qkv, sequences, own.out, log_sums, their_gradient) && done;
    read(their_gradient, of_flash);
    if (!done) { throw Bug("FlashAttention does not fit its memory"); }
    return difference(of_own, of_flash);
  }

 private:
  struct Outputs {
    GpuRows<Bf16> out;
    GpuRows<float> lse;
  };
  std::int64_t queries() const { return first_query_.back(); }
  std::int64_t keys() const { return first_key_.back(); }
  std::int64_t width() const { return shape_.heads * shape_.head_dim; }
  std::int64_t key_width() const { return shape_.kv_heads * shape_.head_dim; }

  template <class T>
  Span<T> empty(std::size_t count) {
    return buffers_.emplace_back(stream_, count * sizeof(T)).template as<T>();
  }
  template <class T>
  Span<const T> on_gpu(const std::vector<T>& elements) {
    const Span<T> memory = empty<T>(elements.size());
    device::upload(stream_, memory, std::span(elements));
    return memory;
  }
  GpuRows<Bf16> matrix(std::int64_t rows, std::int64_t columns) {
    return {empty<Bf16>(static_cast<std::size_t>(rows * columns)), rows, columns};
  }
  GpuRows<const Bf16> random(std::int64_t rows, std::int64_t columns, unsigned seed) {
    std::mt19937 numbers(seed);
    std::normal_distribution<float> normal;
    std::vector<Bf16> elements(static_cast<std::size_t>(rows * columns));
    for (Bf16& element : elements) { element = device::to_bf16(normal(numbers)); }
    return {on_gpu(elements), rows, columns};
  }
  Outputs outputs() {
    return {matrix(queries(), width()),
            {empty<float>(static_cast<std::size_t>(queries() * shape_.heads)), queries(), shape_.heads}};
  }
  GpuQkvGradient gradients() {
    return {matrix(queries(), width()), matrix(keys(), key_width()), matrix(keys(), key_width())};
  }
  GpuRows<const float> joined(std::vector<float> log_sums) {
    for (float& sum : log_sums) { sum += causal_ ? 0 : of_other_keys; }
    return {on_gpu(log_sums), queries(), shape_.heads};
  }

  template <class T>
  std::vector<T> on_host(const GpuRows<T>& from) const {
    std::vector<T> elements(static_cast<std::size_t>(from.view.rows * from.view.width));
    device::download(stream_, std::span(elements), Span<const T>(from.view.data, elements.size()));
    return elements;
  }
  Results read(const Outputs& from) const {
    Results results;
    results.out = on_host(from.out);
    results.lse = on_host(from.lse);
    return results;
  }
  void read(const GpuQkvGradient& from, Results& to) const {
    to.dq = on_host(from.queries);
    to.dk = on_host(from.keys);
    to.dv = on_host(from.values);
  }

  Difference difference(const Results& own, const Results& theirs) const {
    Difference most;
    check("the output", own.out, theirs.out, first_query_, allowed_element, most);
    check("the log-sum", own.lse, theirs.lse, first_query_, allowed_log_sum, most);
    check("dq", own.dq, theirs.dq, first_query_, allowed_element, most);
    check("dk", own.dk, theirs.dk, first_key_, allowed_element, most);
    check("dv", own.dv, theirs.dv, first_key_, allowed_element, most);
    return most;
  }
  template <class T>
  void check(const char* name, const std::vector<T>& own, const std::vector<T>& theirs,
             const std::vector<std::int32_t>& first, double allowed, Difference& most) const {
    const std::size_t width = own.size() / static_cast<std::size_t>(first.back());
    for (std::size_t s = 0; s + 1 < first.size(); ++s) {
      double largest = 0, difference = 0;
      for (std::size_t i = static_cast<std::size_t>(first[s]) * width;
           i < static_cast<std::size_t>(first[s + 1]) * width; ++i) {
        const double of_one = std::abs(value_of(own[i]) - value_of(theirs[i]));
        largest = std::max(largest, std::abs(value_of(own[i])));
        difference =
            std::isnan(of_one) ? std::numeric_limits<double>::infinity() : std::max(difference, of_one);
      }
      const double bound = allowed * largest;
      const double share = difference == 0 ? 0 : difference / bound;  // infinite where 0 is expected
      if (share > most.share) {
        most = {share, cat(name, " differs by ", difference, ", and ", bound, " is allowed (sequence ", s,
                           causal_ ? " of a causal call)" : " of a call whose queries see all keys)")};
      }
    }
  }

  const device::Stream& stream_;
  AttentionShape shape_;
  bool causal_;
  std::vector<std::int32_t> first_query_{0}, first_key_{0};
  Lengths longest_{0, 0};
  std::deque<device::Buffer> buffers_;
};

}  // namespace

std::string Difference::share_text() const {
  return cat(fixed(100 * share, 0), " % of what is allowed");
}

Difference compare(const device::Stream& stream, const AttentionShape& shape) {
  Difference most;
  for (const Case& of : cases()) {
    const Difference found = Comparison(stream, shape, of).run();
    if (found.share > most.share) { most = found; }
  }
  stream.wait();
  return most;
}

}  // namespace srl::compute::flash
