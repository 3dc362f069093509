#include "model/forward/lm_head.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/error.hpp"
#include "compute/lanes.hpp"
#include "model/forward/layer.hpp"
#include "model/parallel.hpp"

namespace srl::model {
using compute::exponential;
using compute::lane_dot;
using compute::lane_sum;
namespace {

constexpr std::size_t logits_slot = 0;
constexpr std::int64_t block = 512;  // of the vocabulary; fits in the L1 cache

template <class T>
RowStatistics row_statistics(const T* logits, std::int64_t vocab, T inverse) {
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
    sum += lane_sum(weight, count);
    weighted += lane_dot(weight, shifted, count);
  }
  const double normaliser = std::log(sum);
  return {double{most} * inverse, normaliser, normaliser - weighted / sum};
}

/// Predictions sorted by row of the plan.
class ByRow {
 public:
  explicit ByRow(const PackPlan& plan) : first_(plan.rows.size() + 1, 0), order_(plan.row_of.size()) {
    for (const std::int64_t row : plan.row_of) { ++first_[row + 1]; }
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t p = 0; p < plan.row_of.size(); ++p) { order_[next[plan.row_of[p]]++] = p; }
  }
  /// Indices of the row's predictions, ascending.
  std::span<const std::size_t> operator[](std::int64_t row) const {
    return {order_.data() + first_[row], order_.data() + first_[row + 1]};
  }

 private:
  std::vector<std::size_t> first_, order_;
};

/// Replaces a row of logits by d loss / d logits. With z = logits / T and p = softmax(z): d logprob(t) / d
/// z_j = [j = t] - p_j and d entropy / d z_j = -p_j (log p_j + entropy).
template <class T>
void row_backward(T* logits, std::int64_t vocab, T inverse, const RowStatistics& of, double coefficient,
                  double entropy_coefficient) {
  const T offset = static_cast<T>(of.largest + of.normaliser), scale = static_cast<T>(coefficient) * inverse;
  if (entropy_coefficient == 0) {
    for (std::int64_t v = 0; v < vocab; ++v) {
      logits[v] = -scale * exponential(logits[v] * inverse - offset);
    }
    return;
  }
  const T weight = static_cast<T>(entropy_coefficient) * inverse, mean = static_cast<T>(of.entropy);
  for (std::int64_t v = 0; v < vocab; ++v) {
    const T logp = logits[v] * inverse - offset;
    logits[v] = -exponential(logp) * (scale + weight * (logp + mean));
  }
}

/// Number of rows of logits in memory at a time.
std::int64_t chunk_of(const ForwardOptions& options) {
  return padded_rows(std::max<std::int64_t>(1, options.head_chunk));
}

}  // namespace

template <class T>
Predictions head_forward(const HeadInput& input, std::vector<RowStatistics>& statistics) {
  const Pack& pack = input.pack;
  const std::int64_t rows = input.hidden.size(0), used = std::ssize(input.plan.rows),
                     vocab = input.weight.size(0), chunk = chunk_of(input.options);
  const T inverse = static_cast<T>(1 / input.options.temperature);
  statistics.resize(input.plan.rows.size());
  Predictions predictions{std::vector<double>(pack.rows.size()), std::vector<double>(pack.rows.size())};
  const ByRow predictions_of(input.plan);
  for (std::int64_t begin = 0; begin < rows; begin += chunk) {
    const std::int64_t count = std::min(chunk, rows - begin);
    at::Tensor logits = input.scratch.take(logits_slot, {count, vocab});
    at::mm_out(logits, input.hidden.narrow(0, begin, count), input.weight.t());
    const T* values = logits.const_data_ptr<T>();
    parallel_for(std::min(count, used - begin), 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t row = begin + first; row < begin + last; ++row) {
        const T* z = values + (row - begin) * vocab;
        const RowStatistics of = row_statistics(z, vocab, inverse);
        statistics[row] = of;
        for (const std::size_t p : predictions_of[row]) {
          predictions.logprob[p] = double{z[pack.targets[p]]} * inverse - of.largest - of.normaliser;
          predictions.entropy[p] = of.entropy;
        }
      }
    });
  }
  return predictions;
}

template <class T>
void head_backward(const HeadInput& input, const PredictionGradients& gradients,
                   const std::vector<RowStatistics>& statistics, at::Tensor& dhidden, at::Tensor& dweight) {
  const Pack& pack = input.pack;
  if (gradients.logprob.size() != pack.rows.size() ||
      (!gradients.entropy.empty() && gradients.entropy.size() != pack.rows.size())) {
    throw Bug("the loss returned gradients for a different number of predictions");
  }
  const std::int64_t rows = input.hidden.size(0), used = std::ssize(input.plan.rows),
                     vocab = input.weight.size(0), chunk = chunk_of(input.options);
  const T inverse = static_cast<T>(1 / input.options.temperature);
  const ByRow predictions_of(input.plan);
  if (rows == 0) { return; }
  const std::int64_t last_chunk = (rows - 1) / chunk * chunk;
  for (std::int64_t begin = last_chunk; begin >= 0;
       begin -= chunk) {  // backwards: the last chunk's logits are still in memory
    const std::int64_t count = std::min(chunk, rows - begin);
    at::Tensor logits = input.scratch.take(logits_slot, {count, vocab});
    const at::Tensor some = input.hidden.narrow(0, begin, count);
    if (begin != last_chunk) { at::mm_out(logits, some, input.weight.t()); }
    T* values = logits.data_ptr<T>();
    parallel_for(std::min(count, used - begin), 1, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t row = begin + first; row < begin + last; ++row) {
        double coefficient = 0, entropy_coefficient = 0;
        for (const std::size_t p : predictions_of[row]) {
          coefficient += gradients.logprob[p];
          if (!gradients.entropy.empty()) { entropy_coefficient += gradients.entropy[p]; }
        }
        T* z = values + (row - begin) * vocab;
        row_backward(z, vocab, inverse, statistics[row], coefficient, entropy_coefficient);
        for (const std::size_t p : predictions_of[row]) {
          z[pack.targets[p]] += static_cast<T>(gradients.logprob[p]) * inverse;
        }
      }
    });
    at::Tensor part = dhidden.narrow(0, begin, count);
    at::mm_out(part, logits, input.weight);
    add_product(dweight, logits, some);
  }
}

template Predictions head_forward<float>(const HeadInput&, std::vector<RowStatistics>&);
template Predictions head_forward<double>(const HeadInput&, std::vector<RowStatistics>&);
template void head_backward<float>(const HeadInput&, const PredictionGradients&,
                                   const std::vector<RowStatistics>&, at::Tensor&, at::Tensor&);
template void head_backward<double>(const HeadInput&, const PredictionGradients&,
                                    const std::vector<RowStatistics>&, at::Tensor&, at::Tensor&);

}  // namespace srl::model
