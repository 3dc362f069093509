#include "compute/elements.hpp"
#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

constexpr unsigned threads = 256;
constexpr int most_lanes = 4;

/// One thread per `lanes` elements.
template <int lanes, class From, class To>
__global__ void convert_kernel(const From* from, To* to, std::int64_t count) {
  const std::int64_t begin = first_index<lanes>();
  if (begin >= count) { return; }
  const Vector<From, lanes> elements = load<lanes>(from + begin);
  Vector<To, lanes> converted;
  for (int i = 0; i < lanes; ++i) { converted.at[i] = rounded<To>(as_float(elements.at[i])); }
  store(to + begin, converted);
}

/// One thread per column of a row.
template <class T>
__global__ void add_kernel(Rows<const T> x, Rows<T> to) {
  const std::int64_t column = first_column<1>();
  if (column >= x.width) { return; }
  T& sum = to.row(blockIdx.x)[column];
  sum = rounded<T>(as_float(sum) + as_float(x.row(blockIdx.x)[column]));
}

/// One block per row.
template <class T>
__global__ void finite_kernel(Rows<const T> x, std::uint32_t* finite) {
  const T* const row = x.row(blockIdx.x);
  int bad = 0;
  for (std::int64_t i = threadIdx.x; i < x.width; i += blockDim.x) {
    bad |= (__float_as_uint(as_float(row[i])) & 0x7f800000U) == 0x7f800000U ? 1 : 0;
  }
  bad = __syncthreads_or(bad);
  if (threadIdx.x == 0) { finite[blockIdx.x] = bad != 0 ? 0 : 1; }
}

template <int lanes, class From, class To>
void launch_convert(const Stream& stream, Span<const From> from, Span<To> to, std::size_t begin,
                    std::size_t end) {
  if (begin == end) { return; }
  const std::size_t count = end - begin;
  device::launch<convert_kernel<lanes, From, To>>(
      stream, {device::blocks_for(count / lanes, threads), threads}, from.data() + begin, to.data() + begin,
      static_cast<std::int64_t>(count));
}

template <class From, class To>
void convert_elements(const Stream& stream, Span<const From> from, Span<To> to) {
  check_size("conversion", to.size(), from.size(), "the result");
  const bool at_once = moves_at_once<most_lanes>(from.data()) && moves_at_once<most_lanes>(to.data());
  const std::size_t whole = at_once ? from.size() / most_lanes * most_lanes : 0;
  launch_convert<most_lanes>(stream, from, to, 0, whole);
  launch_convert<1>(stream, from, to, whole, from.size());
}

}  // namespace

void convert(const Stream& stream, Span<const float> from, Span<Bf16> to) {
  convert_elements(stream, from, to);
}
void convert(const Stream& stream, Span<const Bf16> from, Span<float> to) {
  convert_elements(stream, from, to);
}

template <class T>
void add(const Stream& stream, std::type_identity_t<GpuRows<const T>> x, GpuRows<T> to) {
  check_same_shape(x, to);
  if (x.view.rows == 0 || x.view.width == 0) { return; }
  device::launch<add_kernel<T>>(stream, row_grid<1>(x.view.rows, x.view.width), x.view, to.view);
}

template void add(const Stream&, GpuRows<const float>, GpuRows<float>);
template void add(const Stream&, GpuRows<const Bf16>, GpuRows<Bf16>);

template <class T>
void finite_rows(const Stream& stream, GpuRows<const T> x, Span<std::uint32_t> finite) {
  check_size("finite rows", finite.size(), static_cast<std::size_t>(x.view.rows), "the result");
  if (x.view.rows == 0) { return; }
  device::launch<finite_kernel<T>>(stream, {static_cast<unsigned>(x.view.rows), threads}, x.view,
                                   finite.data());
}

template void finite_rows(const Stream&, GpuRows<const float>, Span<std::uint32_t>);
template void finite_rows(const Stream&, GpuRows<const Bf16>, Span<std::uint32_t>);

}  // namespace srl::compute
