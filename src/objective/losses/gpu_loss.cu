#include "base/error.hpp"
#include "device/kernel.hpp"
#include "objective/gpu_loss.hpp"
#include "objective/losses/token_loss.hpp"

namespace srl::objective {
namespace {

constexpr unsigned threads = 128;

/// One thread per row; usually a row has one prediction. The sum is in the order of the predictions.
__global__ void loss_gradients_kernel(LossTerms terms, const LossToken* tokens, const float* logprob,
                                      const std::int32_t* first, std::int64_t rows, float* dlogprob,
                                      float* coefficient) {
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (row >= rows) { return; }
  double sum = 0;
  for (std::int32_t p = first[row]; p < first[row + 1]; ++p) {
    const double gradient = token_loss(terms, tokens[p], double{logprob[p]}).gradient;
    dlogprob[p] = static_cast<float>(gradient);
    sum += gradient;
  }
  coefficient[row] = static_cast<float>(sum);
}

}  // namespace

void loss_gradients(const device::Stream& stream, const LossTerms& terms, const GpuLossArrays& arrays) {
  const std::size_t predictions = arrays.tokens.size(), rows = arrays.coefficient.size();
  if (arrays.logprob.size() != predictions || arrays.dlogprob.size() != predictions ||
      arrays.first.size() != rows + 1) {
    throw Bug("loss_gradients: arrays of predictions or rows differ in length");
  }
  if (rows == 0) { return; }
  device::launch<loss_gradients_kernel>(stream, {device::blocks_for(rows, threads), threads}, terms,
                                        arrays.tokens.data(), arrays.logprob.data(), arrays.first.data(),
                                        static_cast<std::int64_t>(rows), arrays.dlogprob.data(),
                                        arrays.coefficient.data());
}

}  // namespace srl::objective
