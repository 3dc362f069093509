#include "compute/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compute/cpu/simd.hpp"

namespace srl::compute {
namespace {

constexpr std::int32_t chunk = 512;  // weights of a chunk are summed in float, chunks in double
constexpr float minus_infinity = -std::numeric_limits<float>::infinity();

bool all_finite(const float* x, std::int64_t count) {
  F8 mark = F8::zero();  // 0 * x is NaN exactly when x is not finite, and a sum with NaN is NaN
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) { mark = fma(F8::load(x + i), F8::zero(), mark); }
  float rest = sum(mark);
  for (; i < count; ++i) { rest += x[i] * 0.0f; }
  return rest == 0.0f;
}

float largest(const float* x, std::int64_t count) {
  F8 best = F8::all(minus_infinity);
  std::int64_t i = 0;
  for (; i + 8 <= count; i += 8) { best = max(best, F8::load(x + i)); }
  float result = maximum(best);
  for (; i < count; ++i) { result = std::max(result, x[i]); }
  return result;
}

/// weights[i] = exp((x[i] - shift) * factor), and the sum of every chunk. Returns the total. `weights` may be
/// null.
double weigh(const float* x, std::int64_t count, float shift, float factor, float* weights,
             std::vector<double>* chunk_sums) {
  double total = 0;
  if (chunk_sums != nullptr) { chunk_sums->clear(); }
  const F8 s = F8::all(shift), f = F8::all(factor);
  for (std::int64_t begin = 0; begin < count; begin += chunk) {
    const std::int64_t end = std::min(count, begin + chunk);
    F8 lanes = F8::zero();
    std::int64_t i = begin;
    for (; i + 8 <= end; i += 8) {
      const F8 w = exp((F8::load(x + i) - s) * f);
      if (weights != nullptr) { w.store(weights + i); }
      lanes = lanes + w;
    }
    float part = sum(lanes);
    for (; i < end; ++i) {
      float single[8] = {x[i], shift, shift, shift, shift, shift, shift, shift};
      exp((F8::load(single) - s) * f).store(single);
      if (weights != nullptr) { weights[i] = single[0]; }
      part += single[0];
    }
    total += part;
    if (chunk_sums != nullptr) { chunk_sums->push_back(part); }
  }
  return total;
}

/// Sets weights outside the cut to 0. Returns the new total.
double apply_cut(const Cut& cut, std::span<float> weights, std::vector<double>& chunk_sums) {
  const std::int32_t count = std::ssize(weights);
  double total = 0;
  std::int32_t id = 0;
  for (double& chunk_sum : chunk_sums) {
    double part = 0;
    for (const std::int32_t end = std::min(count, id + chunk); id < end; ++id) {
      const bool stays = weights[id] > cut.weight || (weights[id] == cut.weight && id <= cut.id);
      weights[id] = stays ? weights[id] : 0.0f;
      part += weights[id];
    }
    chunk_sum = part;
    total += part;
  }
  return total;
}

/// The first id whose cumulative weight exceeds u * total; ids of weight 0 are never chosen.
std::int32_t invert(std::span<const float> weights, const std::vector<double>& chunk_sums, double total,
                    double u) {
  const std::int32_t count = std::ssize(weights);
  double left = u * total;
  std::int32_t c = 0;
  while (c + 1 < std::ssize(chunk_sums) && left >= chunk_sums[c]) { left -= chunk_sums[c++]; }
  // Due to rounding, the target may exceed the chunk's sum. Then take the last possible id of the chunk, or
  // of an earlier one.
  std::int32_t last = -1;
  for (std::int32_t id = c * chunk; id < count; ++id) {
    if (weights[id] <= 0) { continue; }
    last = id;
    left -= weights[id];
    if (left < 0) { return last; }
    if (id + 1 == (c + 1) * chunk && left < 1e-6 * total) { return last; }
  }
  if (last >= 0) { return last; }
  for (std::int32_t id = count; id-- > 0;) {
    if (weights[id] > 0) { return id; }
  }
  return -1;
}

/// The logits after repetition penalty, bias and bans, in the scratch; the row itself if nothing changes.
const float* adjusted(std::span<const float> logits, const SamplingRule& options,
                      std::span<const LogitBias> bias, std::span<const std::int32_t> banned,
                      std::span<const std::int32_t> seen, SamplerScratch& scratch) {
  const bool penalised = options.repetition_penalty != 1.0 && !seen.empty();
  if (bias.empty() && banned.empty() && !penalised) { return logits.data(); }
  scratch.logits.assign(logits.begin(), logits.end());
  if (penalised) {
    const float penalty = options.repetition_penalty;
    // Reads the original row, so that an id that occurs twice is penalised once.
    for (const std::int32_t id : seen) {
      const float x = logits[id];
      scratch.logits[id] = x < 0 ? x * penalty : x / penalty;
    }
  }
  for (const LogitBias& one : bias) { scratch.logits[one.id] += one.value; }
  for (const std::int32_t id : banned) { scratch.logits[id] = minus_infinity; }
  return scratch.logits.data();
}

}  // namespace

Sampled sample(std::span<const float> logits, const SamplingRule& options, std::span<const LogitBias> bias,
               std::span<const std::int32_t> banned, std::span<const std::int32_t> seen, double u,
               SamplerScratch& scratch) {
  const auto count = std::ssize(logits);
  Sampled result;
  if (!all_finite(logits.data(), count)) {
    result.finite = false;
    return result;
  }
  const float* x = adjusted(logits, options, bias, banned, seen, scratch);
  const float top = largest(x, count), factor = 1.0 / options.temperature;
  if (top == minus_infinity) { return result; }
  scratch.weights.resize(logits.size());
  double total = weigh(x, count, top, factor, scratch.weights.data(), &scratch.chunk_sums);
  const double unfiltered = total;
  if (options.greedy) {
    result.id = std::find(x, x + count, top) - x;
  } else {
    if (options.top_k > 0 || options.top_p < 1.0 || options.min_p > 0) {
      total = apply_cut(find_cut(scratch.weights, options, scratch), scratch.weights, scratch.chunk_sums);
    }
    result.id = invert(scratch.weights, scratch.chunk_sums, total, u);
  }
  if (result.id < 0) { return result; }
  const double above = double{x[result.id]} - top;
  result.logprob = above / options.temperature - std::log(total);
  // The same without cut, penalty, bias and bans: `own` is that logit, below the greatest one.
  const bool unchanged = x == logits.data();
  const float own_top = unchanged ? top : largest(logits.data(), count);
  const double own = double{logits[result.id]} - own_top;
  const double tempered =
      unchanged ? unfiltered : weigh(logits.data(), count, own_top, factor, nullptr, nullptr);
  result.policy_logprob = own / options.temperature - std::log(tempered);
  result.model_logprob =
      options.temperature == 1.0
          ? result.policy_logprob
          : static_cast<float>(own - std::log(weigh(logits.data(), count, own_top, 1.0f, nullptr, nullptr)));
  return result;
}

}  // namespace srl::compute
