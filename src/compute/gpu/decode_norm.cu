#include "compute/decode_norm.hpp"
#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"

namespace srl::compute {
namespace {

constexpr unsigned threads = 256;

/// One block per row. A thread reads only elements that it wrote itself.
template <class T>
__global__ void add_and_norm_kernel(Rows<T> hidden, Rows<const T> addend, const T* weight, float eps,
                                    Rows<T> out) {
  T *const x = hidden.row(blockIdx.x), *const to = out.row(blockIdx.x);
  const T* const y = addend.rows > 0 ? addend.row(blockIdx.x) : nullptr;
  float sum = 0;
  for (std::int64_t i = threadIdx.x; i < hidden.width; i += blockDim.x) {
    T value = x[i];
    if (y != nullptr) {
      value = rounded<T>(as_float(value) + as_float(y[i]));
      x[i] = value;
    }
    sum += as_float(value) * as_float(value);
  }
  const float scale = 1.0F / sqrtf(block_sum(sum) / static_cast<float>(hidden.width) + eps);
  for (std::int64_t i = threadIdx.x; i < hidden.width; i += blockDim.x) {
    to[i] = rounded<T>(as_float(weight[i]) * (as_float(x[i]) * scale));
  }
}

}  // namespace

template <class T>
void add_and_norm(const device::Stream& stream, GpuRows<T> hidden,
                  std::type_identity_t<GpuRows<const T>> addend,
                  std::type_identity_t<device::Span<const T>> weight, float eps, GpuRows<T> out) {
  check_same_shape(hidden, out);
  if (addend.view.rows > 0) { check_same_shape(hidden, addend); }
  check_size("norm", weight.size(), static_cast<std::size_t>(hidden.view.width), "weight");
  if (hidden.view.rows == 0) { return; }
  device::launch<add_and_norm_kernel<T>>(stream, {static_cast<unsigned>(hidden.view.rows), threads},
                                         hidden.view, addend.view, weight.data(), eps, out.view);
}

#define SRL_INSTANTIATE(T)                                                                               \
  template void add_and_norm(const device::Stream&, GpuRows<T>, GpuRows<const T>, device::Span<const T>, \
                             float, GpuRows<T>);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(device::Bf16)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
