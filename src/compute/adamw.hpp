#pragma once
// AdamW (Loshchilov and Hutter 2019), as torch.optim.AdamW computes it, element by element:
//
//   g       = gradient * factor                                     all arrays [count]
//   first   = beta1 * first + (1 - beta1) * g
//   second  = beta2 * second + (1 - beta2) * g^2
//   weight  = weight * (1 - rate * weight_decay) - rate / (1 - beta1^step) * first /
//             (sqrt(second) / sqrt(1 - beta2^step) + eps)
//
// On the CPU in float and double. On a GPU in fp32; the bf16 weights that products use are the fp32 ones,
// rounded.
#include <cstdint>
#include <span>

#include "device/dtype.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::compute {

struct AdamWSettings {
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 0.01;
};

/// The numbers of one step, the same for all elements.
template <class T>
struct AdamWStep {
  /// `step` starts at 1. `factor` multiplies the gradients (the norm clip).
  AdamWStep(const AdamWSettings& settings, double learning_rate, double clip_factor, std::int64_t step);
  T decay_factor, beta1, beta2, one_minus_beta1, one_minus_beta2, step_size, correction2_root, eps, factor;
};

/// Arrays of equal length.
template <class T>
struct AdamWArrays {
  T* weights = nullptr;
  const T* gradients = nullptr;
  T *first = nullptr, *second = nullptr;  ///< moments
};

/// Elements [begin, end), on the calling thread.
template <class T>
void adamw(const AdamWArrays<T>& arrays, std::size_t begin, std::size_t end, const AdamWStep<T>& step,
           bool decays);

/// Arrays of equal length in a GPU's memory.
struct GpuAdamWArrays {
  device::Span<float> master;          ///< the weights
  device::Span<device::Bf16> weights;  ///< receive the rounded weights; may be empty
  device::Span<const float> gradients;
  device::Span<float> first, second;  ///< moments
};

/// On a GPU, in the stream's order. Throws Bug if the lengths differ.
void adamw(const device::Stream& stream, const GpuAdamWArrays& arrays, const AdamWStep<float>& step,
           bool decays);

}  // namespace srl::compute
