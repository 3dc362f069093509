#include "compute/gate.hpp"
#include "compute/gpu/block.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

template <int lanes, class T>
__global__ void gated_kernel(Rows<const T> gate_up, Rows<T> out) {
  const std::int64_t begin = first_column<lanes>();
  if (begin >= out.width) { return; }
  const T* const from = gate_up.row(blockIdx.x) + begin;
  const Vector<T, lanes> gate = load<lanes>(from), up = load<lanes>(from + out.width);
  Vector<T, lanes> product;
  for (int i = 0; i < lanes; ++i) {
    const float g = as_float(gate.at[i]);
    product.at[i] = rounded<T>(g / (1 + expf(-g)) * as_float(up.at[i]));
  }
  store(out.row(blockIdx.x) + begin, product);
}

template <int lanes, class T>
__global__ void gated_backward_kernel(Rows<const T> gate_up, Rows<const T> dout, Rows<T> dgate_up,
                                      Rows<T> out) {
  const std::int64_t begin = first_column<lanes>();
  if (begin >= out.width) { return; }
  const T* const from = gate_up.row(blockIdx.x) + begin;
  const Vector<T, lanes> gate = load<lanes>(from), up = load<lanes>(from + out.width),
                         dy = load<lanes>(dout.row(blockIdx.x) + begin);
  Vector<T, lanes> dgate, dup, product;
  for (int i = 0; i < lanes; ++i) {
    const float g = as_float(gate.at[i]), d = as_float(dy.at[i]), u = as_float(up.at[i]);
    const float sigmoid = 1 / (1 + expf(-g)), silu = g * sigmoid;
    dgate.at[i] = rounded<T>(d * u * (sigmoid * (1 + g * (1 - sigmoid))));
    dup.at[i] = rounded<T>(d * silu);
    product.at[i] = rounded<T>(silu * u);
  }
  T* const to = dgate_up.row(blockIdx.x) + begin;
  store(to, dgate);
  store(to + out.width, dup);
  store(out.row(blockIdx.x) + begin, product);
}

template <class T, class U>
void check_gate(const GpuRows<T>& gate_up, const GpuRows<U>& out) {
  if (gate_up.view.rows != out.view.rows || gate_up.view.width != 2 * out.view.width) {
    throw Bug("gate: " + std::to_string(gate_up.view.rows) + " x " + std::to_string(gate_up.view.width) +
              " gates for " + std::to_string(out.view.rows) + " x " + std::to_string(out.view.width));
  }
}

/// Whether `lanes` elements of both halves move at once.
template <int lanes, class T>
bool halves_at_once(const Rows<T>& gate_up) {
  return moves_at_once<lanes>(gate_up) && gate_up.width % (2 * lanes) == 0;
}

}  // namespace

template <class T>
void gated(const Stream& stream, std::type_identity_t<GpuRows<const T>> gate_up, GpuRows<T> out) {
  constexpr int lanes = most_lanes_of<T>;
  check_gate(gate_up, out);
  const std::int64_t rows = out.view.rows, width = out.view.width;
  if (rows == 0) { return; }
  if (halves_at_once<lanes>(gate_up.view) && moves_at_once<lanes>(out.view)) {
    device::launch<gated_kernel<lanes, T>>(stream, row_grid<lanes>(rows, width), gate_up.view, out.view);
  } else {
    device::launch<gated_kernel<1, T>>(stream, row_grid<1>(rows, width), gate_up.view, out.view);
  }
}

template <class T>
void gated_backward(const Stream& stream, std::type_identity_t<GpuRows<const T>> gate_up,
                    std::type_identity_t<GpuRows<const T>> dout, GpuRows<T> dgate_up, GpuRows<T> out) {
  constexpr int lanes = most_lanes_of<T>;
  check_gate(gate_up, out);
  check_same_shape(gate_up, dgate_up);
  check_same_shape(dout, out);
  const std::int64_t rows = out.view.rows, width = out.view.width;
  if (rows == 0) { return; }
  if (halves_at_once<lanes>(gate_up.view) && halves_at_once<lanes>(dgate_up.view) &&
      moves_at_once<lanes>(dout.view) && moves_at_once<lanes>(out.view)) {
    device::launch<gated_backward_kernel<lanes, T>>(stream, row_grid<lanes>(rows, width), gate_up.view,
                                                    dout.view, dgate_up.view, out.view);
  } else {
    device::launch<gated_backward_kernel<1, T>>(stream, row_grid<1>(rows, width), gate_up.view, dout.view,
                                                dgate_up.view, out.view);
  }
}

#define SRL_INSTANTIATE(T)                                          \
  template void gated(const Stream&, GpuRows<const T>, GpuRows<T>); \
  template void gated_backward(const Stream&, GpuRows<const T>, GpuRows<const T>, GpuRows<T>, GpuRows<T>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
