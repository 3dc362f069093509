#include "compute/gate.hpp"

#include <cmath>

#include "compute/cpu/lanes.hpp"
#include "compute/cpu/simd.hpp"
#include "compute/loops.hpp"

namespace srl::compute {
namespace {

template <class T>
void gate_row(const T* gate, const T* up, std::int64_t width, T* out) {
  for (std::int64_t i = 0; i < width; ++i) { out[i] = gate[i] / (1 + exponential(-gate[i])) * up[i]; }
}

}  // namespace

template <class T>
void gated(Input<T> gate_up, Rows<T> out) {
  each_row(out, [&](std::int64_t r) {
    const T* gate = gate_up.row(r);
    gate_row(gate, gate + out.width, out.width, out.row(r));
  });
}

template <class T>
void gated_backward(Input<T> gate_up, Input<T> dout, Rows<T> dgate_up, Rows<T> out) {
  const std::int64_t width = out.width;
  each_row(out, [&](std::int64_t r) {
    const T *gate = gate_up.row(r), *up = gate + width, *dy = dout.row(r);
    T *dgate = dgate_up.row(r), *dup = dgate + width;
    // d silu(g) / d g = sigmoid(g) (1 + g (1 - sigmoid(g)))
    for (std::int64_t i = 0; i < width; ++i) {
      const T sigmoid = 1 / (1 + exponential(-gate[i])), silu = gate[i] * sigmoid;
      dgate[i] = dy[i] * up[i] * (sigmoid * (1 + gate[i] * (1 - sigmoid)));
      dup[i] = dy[i] * silu;
    }
    gate_row(gate, up, width, out.row(r));
  });
}

void decode_gated(const float* gate_up, Rows<float> out) {
  const std::int64_t width = out.width;
  parallel_slices(out.rows, grain_for(3 * width), [&](std::int64_t begin, std::int64_t end, std::int64_t) {
    const F8 one = F8::all(1.0f);
    for (std::int64_t row = begin; row < end; ++row) {
      const float* gate = gate_up + row * 2 * width;
      const float* up = gate + width;
      float* target = out.row(row);
      std::int64_t i = 0;
      for (; i + 8 <= width; i += 8) {
        const F8 g = F8::load(gate + i);
        (g / (one + exp(F8::zero() - g)) * F8::load(up + i)).store(target + i);
      }
      for (; i < width; ++i) { target[i] = gate[i] / (1.0f + std::exp(-gate[i])) * up[i]; }
    }
  });
}

#define SRL_INSTANTIATE(T)                \
  template void gated(Input<T>, Rows<T>); \
  template void gated_backward(Input<T>, Input<T>, Rows<T>, Rows<T>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
