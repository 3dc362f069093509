#include "model/forward/lm_head.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/forward/exponential.hpp"
#include "model/forward/layer.hpp"
#include "model/parallel.hpp"

namespace srl::model {
namespace {

constexpr std::size_t logits_slot = 0;
constexpr std::int64_t block =
    512;  // of the vocabulary: exponentials of one block stay in the first-level cache

/// Maximum, log-sum-exp above it, and entropy of z = logits * inverse temperature.
template <class T>
void row_statistics(const T* logits, std::int64_t vocab, T inverse, double& largest, double& normaliser,
                    double& entropy) {
  T lanes[16];
  std::fill(lanes, lanes + 16, logits[0]);
  std::int64_t v = 0;
  for (; v + 16 <= vocab; v += 16) {
    for (int l = 0; l < 16; ++l) { lanes[l] = lanes[l] < logits[v + l] ? logits[v + l] : lanes[l]; }
  }
  for (; v < vocab; ++v) { lanes[0] = std::max(lanes[0], logits[v]); }
  const T most = *std::max_element(lanes, lanes + 16);
  double sum = 0, weighted = 0;
  T shifted[block], weight[block];
  for (std::int64_t begin = 0; begin < vocab; begin += block) {
    const std::int64_t count = std::min(block, vocab - begin);
    for (std::int64_t i = 0; i < count; ++i) {
      shifted[i] = (logits[begin + i] - most) * inverse;
      weight[i] = exponential(shifted[i]);
    }
    sum += static_cast<double>(lane_sum(weight, count));
    weighted += static_cast<double>(lane_dot(weight, shifted, count));
  }
  largest = static_cast<double>(most) * static_cast<double>(inverse);
  normaliser = std::log(sum);
  entropy = normaliser - weighted / sum;
}

/// Predictions sorted by row: those of row r are [first[r], first[r + 1]) of `order`.
struct ByRow {
  std::vector<std::size_t> first, order;
};

ByRow by_row(const PackPlan& plan) {
  ByRow result;
  result.first.assign(plan.rows.size() + 1, 0);
  for (const std::int64_t row : plan.row_of) { ++result.first[static_cast<std::size_t>(row) + 1]; }
  for (std::size_t r = 0; r < plan.rows.size(); ++r) { result.first[r + 1] += result.first[r]; }
  std::vector<std::size_t> next(result.first.begin(), result.first.end() - 1);
  result.order.resize(plan.row_of.size());
  for (std::size_t p = 0; p < plan.row_of.size(); ++p) {
    result.order[next[static_cast<std::size_t>(plan.row_of[p])]++] = p;
  }
  return result;
}

/// Turns a row of logits into d loss / d logits, in place. With z = logits / T and p = softmax(z):
/// d logprob(t) / d z_j = [j = t] - p_j and d entropy / d z_j = -p_j (log p_j + entropy).
template <class T>
void row_backward(T* logits, std::int64_t vocab, T inverse, double largest, double normaliser, double entropy,
                  double coefficient, double entropy_coefficient) {
  const T offset = static_cast<T>(largest + normaliser), scale = static_cast<T>(coefficient) * inverse;
  if (entropy_coefficient == 0) {
    for (std::int64_t v = 0; v < vocab; ++v) {
      logits[v] = -scale * exponential(logits[v] * inverse - offset);
    }
    return;
  }
  const T weight = static_cast<T>(entropy_coefficient) * inverse, mean = static_cast<T>(entropy);
  for (std::int64_t v = 0; v < vocab; ++v) {
    const T logp = logits[v] * inverse - offset;
    logits[v] = -exponential(logp) * (scale + weight * (logp + mean));
  }
}

}  // namespace

template <class T>
Predictions head_forward(const Pack& pack, const PackPlan& plan, const at::Tensor& hidden,
                         const at::Tensor& weight, const ForwardOptions& options, Workspace& scratch,
                         HeadState& state) {
  const std::int64_t rows = hidden.size(0), used = std::ssize(plan.rows), vocab = weight.size(0);
  const std::int64_t chunk = padded_rows(std::max<std::int64_t>(1, options.head_chunk));
  const T inverse = static_cast<T>(1 / options.temperature);
  state.largest.resize(plan.rows.size());
  state.normaliser.resize(plan.rows.size());
  state.entropy.resize(plan.rows.size());
  Predictions predictions{std::vector<double>(pack.rows.size()), std::vector<double>(pack.rows.size())};
  const ByRow predictions_of = by_row(plan);
  for (std::int64_t begin = 0; begin < rows; begin += chunk) {
    const std::int64_t count = std::min(chunk, rows - begin);
    at::Tensor logits = scratch.take(logits_slot, {count, vocab});
    at::mm_out(logits, hidden.narrow(0, begin, count), weight.t());
    const T* values = logits.const_data_ptr<T>();
    parallel_for(std::min(count, used - begin), 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t r = first; r < last; ++r) {
        const auto row = static_cast<std::size_t>(begin + r);
        const T* z = values + r * vocab;
        row_statistics(z, vocab, inverse, state.largest[row], state.normaliser[row], state.entropy[row]);
        for (std::size_t i = predictions_of.first[row]; i < predictions_of.first[row + 1]; ++i) {
          const std::size_t p = predictions_of.order[i];
          predictions.logprob[p] = static_cast<double>(z[pack.targets[p]]) * static_cast<double>(inverse) -
                                   state.largest[row] - state.normaliser[row];
          predictions.entropy[p] = state.entropy[row];
        }
      }
    });
  }
  return predictions;
}

template <class T>
void head_backward(const Pack& pack, const PackPlan& plan, const at::Tensor& hidden, const at::Tensor& weight,
                   const ForwardOptions& options, const PredictionGradients& gradients,
                   const HeadState& state, Workspace& scratch, at::Tensor& dhidden, at::Tensor& dweight) {
  if (gradients.logprob.size() != pack.rows.size() ||
      (!gradients.entropy.empty() && gradients.entropy.size() != pack.rows.size())) {
    throw Bug("the loss gave gradients of another number of predictions");
  }
  const std::int64_t rows = hidden.size(0), used = std::ssize(plan.rows), vocab = weight.size(0);
  const std::int64_t chunk = padded_rows(std::max<std::int64_t>(1, options.head_chunk));
  const T inverse = static_cast<T>(1 / options.temperature);
  const ByRow predictions_of = by_row(plan);
  if (rows == 0) { return; }
  const std::int64_t last_chunk = (rows - 1) / chunk * chunk;
  for (std::int64_t begin = last_chunk; begin >= 0;
       begin -= chunk) {  // backwards: the forward's last logits are at hand
    const std::int64_t count = std::min(chunk, rows - begin);
    at::Tensor logits = scratch.take(logits_slot, {count, vocab});
    const at::Tensor some = hidden.narrow(0, begin, count);
    if (begin != last_chunk) { at::mm_out(logits, some, weight.t()); }
    T* values = logits.data_ptr<T>();
    parallel_for(std::min(count, used - begin), 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t r = first; r < last; ++r) {
        const auto row = static_cast<std::size_t>(begin + r);
        double coefficient = 0, entropy_coefficient = 0;
        for (std::size_t i = predictions_of.first[row]; i < predictions_of.first[row + 1]; ++i) {
          const std::size_t p = predictions_of.order[i];
          coefficient += gradients.logprob[p];
          if (!gradients.entropy.empty()) { entropy_coefficient += gradients.entropy[p]; }
        }
        T* z = values + r * vocab;
        row_backward(z, vocab, inverse, state.largest[row], state.normaliser[row], state.entropy[row],
                     coefficient, entropy_coefficient);
        for (std::size_t i = predictions_of.first[row]; i < predictions_of.first[row + 1]; ++i) {
          const std::size_t p = predictions_of.order[i];
          z[pack.targets[p]] += static_cast<T>(gradients.logprob[p]) * inverse;
        }
      }
    });
    at::Tensor part = dhidden.narrow(0, begin, count);
    at::mm_out(part, logits, weight);
    add_product(dweight, logits, some);
  }
}

template Predictions head_forward<float>(const Pack&, const PackPlan&, const at::Tensor&, const at::Tensor&,
                                         const ForwardOptions&, Workspace&, HeadState&);
template Predictions head_forward<double>(const Pack&, const PackPlan&, const at::Tensor&, const at::Tensor&,
                                          const ForwardOptions&, Workspace&, HeadState&);
template void head_backward<float>(const Pack&, const PackPlan&, const at::Tensor&, const at::Tensor&,
                                   const ForwardOptions&, const PredictionGradients&, const HeadState&,
                                   Workspace&, at::Tensor&, at::Tensor&);
template void head_backward<double>(const Pack&, const PackPlan&, const at::Tensor&, const at::Tensor&,
                                    const ForwardOptions&, const PredictionGradients&, const HeadState&,
                                    Workspace&, at::Tensor&, at::Tensor&);

}  // namespace srl::model
