#include "compute/head_rows.hpp"

#include <algorithm>
#include <cmath>

#include "compute/cpu/lanes.hpp"

namespace srl::compute {
namespace {

constexpr std::int64_t block = 512;  // of the vocabulary; fits in the L1 cache

}  // namespace

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

#define SRL_INSTANTIATE(T)                                          \
  template RowStatistics row_statistics(const T*, std::int64_t, T); \
  template void row_backward(T*, std::int64_t, T, const RowStatistics&, double, double);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
