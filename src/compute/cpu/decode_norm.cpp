#include "compute/decode_norm.hpp"

#include <cmath>

#include "compute/cpu/simd.hpp"
#include "compute/loops.hpp"

namespace srl::compute {

template <class T>
T sum_of_squares(const T* x, std::int64_t width) {
  using Lanes = Eight<T>;
  Lanes total = Lanes::zero();
  std::int64_t i = 0;
  for (; i + 8 <= width; i += 8) {
    const Lanes v = Lanes::load(x + i);
    total = fma(v, v, total);
  }
  T result = sum(total);
  for (; i < width; ++i) { result = std::fma(x[i], x[i], result); }
  return result;
}
template float sum_of_squares(const float*, std::int64_t);
template double sum_of_squares(const double*, std::int64_t);

void add_and_norm(Rows<float> hidden, const float* addend, const float* weight, double eps, float* out) {
  const std::int64_t width = hidden.width;
  parallel_slices(hidden.rows, grain_for(width), [&](std::int64_t begin, std::int64_t end, std::int64_t) {
    for (std::int64_t row = begin; row < end; ++row) {
      float* x = hidden.row(row);
      if (addend != nullptr) {
        const float* y = addend + row * width;
        for (std::int64_t i = 0; i < width; ++i) { x[i] += y[i]; }
      }
      const float scale = 1.0f / std::sqrt(sum_of_squares(x, width) / width + static_cast<float>(eps));
      float* target = out + row * width;
      for (std::int64_t i = 0; i < width; ++i) { target[i] = weight[i] * (x[i] * scale); }
    }
  });
}

}  // namespace srl::compute
