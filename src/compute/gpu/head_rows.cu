#include <cmath>

#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"
#include "compute/head_rows.hpp"

namespace srl::compute {
namespace {

constexpr unsigned threads = 512;
constexpr int lanes = 4;

/// Of some elements z of a row: the largest, the sums of w = exp(z - largest), and of w * (z - largest).
struct Softmax {
  float largest = -INFINITY, sum = 0, weighted = 0;

  /// The same, with a largest element that is at least as large.
  __device__ void raise(float to) {
    if (!(largest < to)) { return; }
    const float down = largest - to, factor = expf(down);
    // Before the first element the sums are 0, and `down` is minus infinity.
    weighted = sum > 0 ? factor * (weighted + sum * down) : 0;
    sum *= factor;
    largest = to;
  }
  __device__ void add(float z) {
    const float shifted = z - largest, weight = expf(shifted);
    sum += weight;
    weighted += weight * shifted;
  }
  __device__ void add(Softmax other) {
    const float most = larger(largest, other.largest);
    raise(most);
    other.raise(most);
    sum += other.sum;
    weighted += other.weighted;
  }
};

/// Of all threads of the block, for the first of them; joined in one order.
__device__ inline Softmax joined(Softmax own) {
  SRL_SHARED(float, of_warps, 3 * 32);
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const auto join_warp = [&] {
    for (int offset = 16; offset > 0; offset /= 2) {
      Softmax other;
      other.largest = __shfl_down_sync(~0U, own.largest, offset);
      other.sum = __shfl_down_sync(~0U, own.sum, offset);
      other.weighted = __shfl_down_sync(~0U, own.weighted, offset);
      own.add(other);
    }
  };
  join_warp();
  if (lane == 0) {
    of_warps[warp] = own.largest;
    of_warps[32 + warp] = own.sum;
    of_warps[64 + warp] = own.weighted;
  }
  __syncthreads();
  if (warp != 0) { return own; }
  own = {};
  if (lane < blockDim.x / 32) {
    own.largest = of_warps[lane];
    own.sum = of_warps[32 + lane];
    own.weighted = of_warps[64 + lane];
  }
  join_warp();
  return own;
}

/// One block per row. A thread has `lanes` adjacent elements at a time; `at_once` loads them together.
template <bool at_once>
__global__ void row_statistics_kernel(Rows<const float> logits, float inverse, float* largest,
                                      float* normaliser, float* entropy) {
  const float* const row = logits.row(blockIdx.x);
  Softmax own;
  for (std::int64_t i = threadIdx.x * lanes; i < logits.width; i += threads * lanes) {
    float z[lanes];
    if (at_once && i + lanes <= logits.width) {
      const Vector<float, lanes> some = load<lanes>(row + i);
      for (int l = 0; l < lanes; ++l) { z[l] = some.at[l] * inverse; }
    } else {
      for (int l = 0; l < lanes; ++l) { z[l] = i + l < logits.width ? row[i + l] * inverse : -INFINITY; }
    }
    float most = z[0];
    for (int l = 1; l < lanes; ++l) { most = larger(most, z[l]); }
    own.raise(most);
    for (int l = 0; l < lanes; ++l) {
      if (i + l < logits.width) { own.add(z[l]); }
    }
  }
  const Softmax all = joined(own);
  if (threadIdx.x != 0) { return; }
  const float log_sum = logf(all.sum);
  largest[blockIdx.x] = all.largest;
  normaliser[blockIdx.x] = log_sum;
  entropy[blockIdx.x] = log_sum - all.weighted / all.sum;
}

struct Statistics {
  const float *largest, *normaliser, *entropy;
};
struct Predictions {
  const std::int32_t *first, *target;
};

/// One warp-sized block per row; usually a row has one prediction.
__global__ void chosen_kernel(Rows<const float> logits, float inverse, Statistics of, Predictions predictions,
                              float* logprob) {
  const float* const row = logits.row(blockIdx.x);
  const float largest = of.largest[blockIdx.x], normaliser = of.normaliser[blockIdx.x];
  const std::int32_t last = predictions.first[blockIdx.x + 1];
  for (std::int32_t p = predictions.first[blockIdx.x] + static_cast<std::int32_t>(threadIdx.x); p < last;
       p += static_cast<std::int32_t>(blockDim.x)) {
    logprob[p] = row[predictions.target[p]] * inverse - largest - normaliser;
  }
}

/// What all elements of a row need for their gradient.
struct RowGradient {
  float largest, normaliser, scale, weight, entropy;
  __device__ float operator()(float logp) const {
    const float p = expf(logp);
    return weight == 0 ? -scale * p : -p * (scale + weight * (logp + entropy));
  }
};

struct Gradients {
  const float *dlogprob, *coefficient, *dentropy;
};

/// The targets' elements once more, with their own terms. The first of a row's predictions of a target writes
/// it for all of them.
template <class T>
__device__ void write_targets(const RowGradient& gradient, float inverse, Predictions predictions,
                              const float* logprob, const float* dlogprob, T* to) {
  const std::int32_t first = predictions.first[blockIdx.x], last = predictions.first[blockIdx.x + 1];
  for (std::int32_t p = first + static_cast<std::int32_t>(threadIdx.x); p < last;
       p += static_cast<std::int32_t>(blockDim.x)) {
    const std::int32_t target = predictions.target[p];
    bool is_first = true;
    for (std::int32_t other = first; other < p; ++other) { is_first &= predictions.target[other] != target; }
    if (!is_first) { continue; }
    float own = 0;
    for (std::int32_t other = p; other < last; ++other) {
      own += predictions.target[other] == target ? dlogprob[other] * inverse : 0.0F;
    }
    to[target] = rounded<T>(gradient(logprob[p]) + own);
  }
}

/// One block per row. Every thread has read its elements of a chunk before any thread writes its results, and
/// the results of a chunk end before the next chunk's logits begin. So dlogits may lie over logits.
template <class T>
__global__ void row_backward_kernel(Rows<const float> logits, float inverse, Statistics of,
                                    Predictions predictions, const float* logprob, Gradients gradients,
                                    Rows<T> dlogits) {
  const float* const row = logits.row(blockIdx.x);
  T* const to = dlogits.row(blockIdx.x);
  const float dentropy = gradients.dentropy == nullptr ? 0.0F : gradients.dentropy[blockIdx.x];
  const RowGradient gradient{of.largest[blockIdx.x], of.normaliser[blockIdx.x],
                             gradients.coefficient[blockIdx.x] * inverse, dentropy * inverse,
                             of.entropy[blockIdx.x]};
  const std::int64_t chunk = threads * lanes;
  for (std::int64_t begin = 0; begin < logits.width; begin += chunk) {
    float result[lanes] = {};
    for (int l = 0; l < lanes; ++l) {
      const std::int64_t i = begin + l * threads + threadIdx.x;
      if (i < logits.width) {
        result[l] = gradient(row[i] * inverse - gradient.largest - gradient.normaliser);
      }
    }
    __syncthreads();
    for (int l = 0; l < lanes; ++l) {
      const std::int64_t i = begin + l * threads + threadIdx.x;
      if (i < logits.width) { to[i] = rounded<T>(result[l]); }
    }
  }
  __syncthreads();
  write_targets(gradient, inverse, predictions, logprob, gradients.dlogprob, to);
}

template <class T>
void check_rows(const GpuRows<const float>& logits, const GpuRowStatistics<T>& statistics) {
  const auto rows = static_cast<std::size_t>(logits.view.rows);
  check_size("head rows", statistics.largest.size(), rows, "largest");
  check_size("head rows", statistics.normaliser.size(), rows, "normaliser");
  check_size("head rows", statistics.entropy.size(), rows, "entropy");
  if (logits.view.width < 1) { throw Bug("head rows without a vocabulary"); }
}

void check_predictions(const GpuRows<const float>& logits, const GpuPredictions& predictions,
                       std::size_t logprobs) {
  check_size("head rows", predictions.first.size(), static_cast<std::size_t>(logits.view.rows) + 1, "first");
  check_size("head rows", logprobs, predictions.target.size(), "logprob");
}

}  // namespace

void row_statistics(const Stream& stream, GpuRows<const float> logits, float inverse,
                    const GpuRowStatistics<float>& of) {
  check_rows(logits, of);
  if (logits.view.rows == 0) { return; }
  const device::Grid grid(static_cast<unsigned>(logits.view.rows), threads);
  const bool at_once = moves_at_once<lanes>(logits.view.data) && logits.view.stride % lanes == 0;
  if (at_once) {
    device::launch<row_statistics_kernel<true>>(stream, grid, logits.view, inverse, of.largest.data(),
                                                of.normaliser.data(), of.entropy.data());
  } else {
    device::launch<row_statistics_kernel<false>>(stream, grid, logits.view, inverse, of.largest.data(),
                                                 of.normaliser.data(), of.entropy.data());
  }
}

void chosen_logprobs(const Stream& stream, GpuRows<const float> logits, float inverse,
                     const GpuRowStatistics<const float>& of, const GpuPredictions& predictions,
                     Span<float> logprob) {
  check_rows(logits, of);
  check_predictions(logits, predictions, logprob.size());
  if (logits.view.rows == 0) { return; }
  device::launch<chosen_kernel>(stream, {static_cast<unsigned>(logits.view.rows), 32}, logits.view, inverse,
                                Statistics{of.largest.data(), of.normaliser.data(), of.entropy.data()},
                                Predictions{predictions.first.data(), predictions.target.data()},
                                logprob.data());
}

template <class T>
void row_backward(const Stream& stream, GpuRows<const float> logits, float inverse,
                  const GpuRowStatistics<const float>& of, const GpuPredictions& predictions,
                  Span<const float> logprob, const GpuPredictionGradients& gradients, GpuRows<T> dlogits) {
  const auto rows = static_cast<std::size_t>(logits.view.rows);
  check_rows(logits, of);
  check_predictions(logits, predictions, logprob.size());
  check_same_shape(logits, dlogits);
  check_size("head rows", gradients.dlogprob.size(), logprob.size(), "dlogprob");
  check_size("head rows", gradients.coefficient.size(), rows, "coefficient");
  if (!gradients.dentropy.empty()) { check_size("head rows", gradients.dentropy.size(), rows, "dentropy"); }
  if (rows == 0) { return; }
  device::launch<row_backward_kernel<T>>(
      stream, {static_cast<unsigned>(rows), threads}, logits.view, inverse,
      Statistics{of.largest.data(), of.normaliser.data(), of.entropy.data()},
      Predictions{predictions.first.data(), predictions.target.data()}, logprob.data(),
      Gradients{gradients.dlogprob.data(), gradients.coefficient.data(), or_null(gradients.dentropy)},
      dlogits.view);
}

#define SRL_INSTANTIATE(T)                                                                                   \
  template void row_backward(const Stream&, GpuRows<const float>, float,                                     \
                             const GpuRowStatistics<const float>&, const GpuPredictions&, Span<const float>, \
                             const GpuPredictionGradients&, GpuRows<T>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
