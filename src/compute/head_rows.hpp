#pragma once
// Rows of logits of the language-model head, in the forward and the backward. With z = logits / temperature
// and p = softmax(z) of a row:
//
//   largest    = max z                       normaliser = log sum exp(z - largest)
//   entropy    = - sum p log p               logprob(t) = z[t] - largest - normaliser
//   dlogits[v] = (sum over the row's predictions of dlogprob * ([v = target] - p[v])
//                 - dentropy * p[v] (log p[v] + entropy)) / temperature
//
// Several predictions may share a row: completions after the same prompt. On the CPU in float and double,
// statistics in double. On a GPU logits and statistics are fp32 and dlogits fp32 or bf16 (T), rounded once.
#include <cstdint>

#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

/// Statistics of a row, from the forward for the backward.
struct RowStatistics {
  double largest = 0;
  double normaliser = 0;
  double entropy = 0;
};

/// logits [vocabulary]; inverse = 1 / temperature.
template <class T>
RowStatistics row_statistics(const T* logits, std::int64_t vocabulary, T inverse);
/// Replaces the row by dlogits, without the terms [v = target]. `coefficient` and `entropy_coefficient`: sums
/// of dlogprob and dentropy over the row's predictions.
template <class T>
void row_backward(T* logits, std::int64_t vocabulary, T inverse, const RowStatistics& of, double coefficient,
                  double entropy_coefficient);

/// In a GPU's memory, [rows] each.
template <class T>
struct GpuRowStatistics {
  device::Span<T> largest, normaliser, entropy;
};

/// The predictions of some rows in a GPU's memory, sorted by row: those of row r begin at first[r].
struct GpuPredictions {
  device::Span<const std::int32_t> first;   ///< [rows + 1]
  device::Span<const std::int32_t> target;  ///< [predictions]
};

/// The loss's gradients of predictions and of their rows, in a GPU's memory.
struct GpuPredictionGradients {
  device::Span<const float> dlogprob;     ///< [predictions]
  device::Span<const float> coefficient;  ///< [rows], the sum of dlogprob over the row's predictions
  device::Span<const float> dentropy;     ///< [rows], the sum over the row's predictions; may be empty
};

// On a GPU, in the stream's order. Throws Bug if shapes do not fit. Targets must be inside the rows.

/// One pass over the logits.
void row_statistics(const device::Stream& stream, GpuRows<const float> logits, float inverse,
                    const GpuRowStatistics<float>& statistics);
/// logprob [predictions].
void chosen_logprobs(const device::Stream& stream, GpuRows<const float> logits, float inverse,
                     const GpuRowStatistics<const float>& statistics, const GpuPredictions& predictions,
                     device::Span<float> logprob);
/// `logprob` as from chosen_logprobs. Row r of dlogits may begin where row r of logits begins: a row is read
/// before it is overwritten.
template <class T>
void row_backward(const device::Stream& stream, GpuRows<const float> logits, float inverse,
                  const GpuRowStatistics<const float>& statistics, const GpuPredictions& predictions,
                  device::Span<const float> logprob, const GpuPredictionGradients& gradients,
                  GpuRows<T> dlogits);

}  // namespace srl::compute
