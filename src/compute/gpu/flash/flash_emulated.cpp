// The stand-in for FlashAttention on the emulated GPU: the formulas of attention.hpp in plain loops in fp32,
// each result rounded once. It is slow, so compute.attention = auto leaves it. A fault can be planned for
// tests, and then `auto` compares it with our own kernel as on a card: SRL_EMULATED_ATTENTION_FAULT=forward
// makes the outputs of the last head wrong, =backward an element of the gradient of keys, =error
// makes forwards fail, =none nothing.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/gpu/flash/back_end.hpp"
#include "device/emulated.hpp"

namespace srl::compute {
namespace flash {
namespace {

using device::Bf16;
using device::to_float;

enum class Fault { none, forward, backward, error };

constexpr const char* variable = "SRL_EMULATED_ATTENTION_FAULT";

std::string variable_text() {
  const char* const value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

Fault planned_fault() {
  const std::string kind = variable_text();
  if (kind.empty() || kind == "none") { return Fault::none; }
  if (kind == "forward") { return Fault::forward; }
  if (kind == "backward") { return Fault::backward; }
  if (kind == "error") { return Fault::error; }
  throw BadOption(cat("environment: ", variable, "=", kind, " is not forward, backward, error or none"));
}

using Row = std::vector<float>;

Row head_of(const Rows<const Bf16>& matrix, std::int64_t row, std::int64_t head, std::int64_t dim) {
  const Bf16* const from = matrix.row(row) + head * dim;
  Row values;
  for (std::int64_t e = 0; e < dim; ++e) { values.push_back(to_float(from[e])); }
  return values;
}

float dot(const Row& a, const Row& b) {
  float sum = 0;
  for (std::size_t e = 0; e < a.size(); ++e) { sum += a[e] * b[e]; }
  return sum;
}

void add(Row& to, float factor, const Row& from, std::size_t at = 0) {
  for (std::size_t e = 0; e < from.size(); ++e) { to[at + e] += factor * from[e]; }
}

void store(const Row& values, float factor, Bf16* to) {
  for (std::size_t e = 0; e < values.size(); ++e) { to[e] = device::to_bf16(factor * values[e]); }
}

/// One query of a head, and the keys that it sees: key rows [first_key, first_key + seen).
struct Query {
  std::int64_t row, head, kv_head, first_key, seen;
};

struct Call {
  AttentionShape shape;
  GpuQkv qkv;
  GpuSequences sequences;

  float scale() const { return 1 / std::sqrt(static_cast<float>(shape.head_dim)); }

  template <class Visit>
  void each_query(const Visit& visit) const {
    for (std::size_t s = 0; s + 1 < sequences.first_query.size(); ++s) {
      const std::int32_t* const query = sequences.first_query.data() + s;
      const std::int32_t* const key = sequences.first_key.data() + s;
      const std::int64_t queries = query[1] - query[0], keys = key[1] - key[0];
      for (std::int64_t i = 0; i < queries; ++i) {
        const std::int64_t seen = sequences.causal ? std::max(std::int64_t{0}, i + 1 + keys - queries) : keys;
        for (std::int64_t head = 0; head < shape.heads; ++head) {
          visit(Query{query[0] + i, head, head / (shape.heads / shape.kv_heads), key[0], seen});
        }
      }
    }
  }
  Row query(const Query& of) const { return head_of(qkv.queries.view, of.row, of.head, shape.head_dim); }
  Row key(const Query& of, std::int64_t j) const {
    return head_of(qkv.keys.view, of.first_key + j, of.kv_head, shape.head_dim);
  }
  Row value(const Query& of, std::int64_t j) const {
    return head_of(qkv.values.view, of.first_key + j, of.kv_head, shape.head_dim);
  }
};

void forward_of(const Call& call, const Query& of, Fault fault, const Rows<Bf16>& out,
                const Rows<float>& lse) {
  const Row query = call.query(of);
  Row scores, sum(query.size());
  float most = -std::numeric_limits<float>::infinity(), total = 0;
  for (std::int64_t j = 0; j < of.seen; ++j) {
    scores.push_back(call.scale() * dot(query, call.key(of, j)));
    most = std::max(most, scores.back());
  }
  for (std::int64_t j = 0; j < of.seen; ++j) {
    const float weight = std::exp(scores[static_cast<std::size_t>(j)] - most);
    total += weight;
    add(sum, weight, call.value(of, j));
  }
  const bool wrong = fault == Fault::forward && of.head + 1 == call.shape.heads;
  const float factor = of.seen > 0 ? 1 / total : 0;
  store(sum, wrong ? factor / 2 : factor, out.row(of.row) + of.head * call.shape.head_dim);
  lse.row(of.row)[of.head] = of.seen > 0 ? most + std::log(total) : std::numeric_limits<float>::infinity();
}

/// Sums of the gradients of all keys and values, [keys, kv_heads * head_dim].
struct KeySums {
  Row keys, values;
};

struct OutputGradient {
  Rows<const Bf16> dout, out;
  Rows<const float> lse;
};

void backward_of(const Call& call, const Query& of, const OutputGradient& given, const Rows<Bf16>& dq,
                 KeySums& sums) {
  const std::int64_t dim = call.shape.head_dim;
  const Row query = call.query(of), dout = head_of(given.dout, of.row, of.head, dim);
  const float of_out = dot(dout, head_of(given.out, of.row, of.head, dim)),
              lse = given.lse.row(of.row)[of.head];
  Row dquery(query.size());
  for (std::int64_t j = 0; j < of.seen; ++j) {
    const Row key = call.key(of, j);
    const float weight = std::exp(call.scale() * dot(query, key) - lse),
                gradient = weight * (dot(dout, call.value(of, j)) - of_out) * call.scale();
    const auto at = static_cast<std::size_t>(((of.first_key + j) * call.shape.kv_heads + of.kv_head) * dim);
    add(dquery, gradient, key);
    add(sums.keys, gradient, query, at);
    add(sums.values, weight, dout, at);
  }
  store(dquery, 1, dq.row(of.row) + of.head * dim);
}

void store_rows(const Row& sums, const Rows<Bf16>& to) {
  for (std::int64_t r = 0; r < to.rows; ++r) {
    const auto begin = sums.begin() + r * to.width;
    store(Row(begin, begin + to.width), 1, to.row(r));
  }
}

/// LibTorch's temporary arrays would be there.
void overwrite(device::Span<std::byte> memory) {
  std::fill_n(memory.data(), memory.size(), std::byte{0xff});
}

}  // namespace

bool is_automatic() {
  return !variable_text().empty();
}

std::int64_t processors(const device::Device&) {
  return 132;
}

std::int32_t comparison_factor() {
  return 1;
}

void forward(const device::Stream& stream, device::Span<std::byte> memory, const AttentionShape& shape,
             const GpuQkv& qkv, const GpuSequences& sequences, const GpuRows<Bf16>& out,
             const GpuRows<float>& lse) {
  if (planned_fault() == Fault::error) { throw EnvironmentError("FlashAttention failed, as planned"); }
  device::emulated::put_in(
      stream, [call = Call{shape, qkv, sequences}, fault = planned_fault(), memory, out, lse] {
        overwrite(memory);
        call.each_query([&](const Query& of) { forward_of(call, of, fault, out.view, lse.view); });
      });
}

void backward(const device::Stream& stream, device::Span<std::byte> memory, const AttentionShape& shape,
              const GpuRows<const Bf16>& dout, const GpuQkv& qkv, const GpuSequences& sequences,
              const GpuRows<const Bf16>& out, const GpuRows<const float>& lse,
              const GpuQkvGradient& gradient) {
  const OutputGradient given{dout.view, out.view, lse.view};
  device::emulated::put_in(
      stream, [call = Call{shape, qkv, sequences}, fault = planned_fault(), memory, given, gradient] {
        overwrite(memory);
        const Rows<Bf16>&keys = gradient.keys.view, &values = gradient.values.view;
        const auto elements = static_cast<std::size_t>(keys.rows * keys.width);
        KeySums sums{Row(elements), Row(elements)};
        call.each_query([&](const Query& of) { backward_of(call, of, given, gradient.queries.view, sums); });
        if (fault == Fault::backward && elements > 0) { sums.keys.back() += 1; }
        store_rows(sums.keys, keys);
        store_rows(sums.values, values);
      });
}

}  // namespace flash

bool flash_attention_available() {
  return true;
}

}  // namespace srl::compute
