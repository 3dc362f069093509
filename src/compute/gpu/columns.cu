#include "compute/columns.hpp"
#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/column_sums.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

template <int lanes, class T>
__global__ void add_bias_kernel(Rows<T> x, const T* bias) {
  const std::int64_t begin = first_column<lanes>();
  if (begin >= x.width) { return; }
  T* const at = x.row(blockIdx.x) + begin;
  Vector<T, lanes> some = load<lanes>(at);
  const Vector<T, lanes> added = load<lanes>(bias + begin);
  for (int i = 0; i < lanes; ++i) { some.at[i] = rounded<T>(as_float(some.at[i]) + as_float(added.at[i])); }
  store(at, some);
}

template <class T>
struct Element {
  Rows<const T> x;
  __device__ float operator()(std::int64_t row, std::int64_t column) const {
    return as_float(x.row(row)[column]);
  }
};

}  // namespace

template <class T>
void add_bias(const Stream& stream, GpuRows<T> x, std::type_identity_t<Span<const T>> bias) {
  constexpr int lanes = most_lanes_of<T>;
  check_size("bias", bias.size(), static_cast<std::size_t>(x.view.width), "bias");
  if (x.view.rows == 0) { return; }
  if (moves_at_once<lanes>(x.view) && moves_at_once<lanes>(bias.data())) {
    device::launch<add_bias_kernel<lanes, T>>(stream, row_grid<lanes>(x.view.rows, x.view.width), x.view,
                                              bias.data());
  } else {
    device::launch<add_bias_kernel<1, T>>(stream, row_grid<1>(x.view.rows, x.view.width), x.view,
                                          bias.data());
  }
}

std::size_t column_sums_partial(std::int64_t rows, std::int64_t width) {
  return static_cast<std::size_t>(sums_of_rows(rows) * width);
}

template <class T>
void add_column_sums(const Stream& stream, GpuRows<const T> x, Span<float> sums, Span<float> partial) {
  check_size("column sums", sums.size(), static_cast<std::size_t>(x.view.width), "sums");
  const Span<float> parts = partial.first(column_sums_partial(x.view.rows, x.view.width));
  if (x.view.rows == 0) { return; }
  add_column_terms(stream, Element<T>{x.view}, x.view.rows, sums, parts);
}

#define SRL_INSTANTIATE(T)                                          \
  template void add_bias(const Stream&, GpuRows<T>, Span<const T>); \
  template void add_column_sums(const Stream&, GpuRows<const T>, Span<float>, Span<float>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
