#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"
#include "compute/rotation.hpp"

namespace srl::compute {
namespace {

constexpr int most_lanes = 4;  // half a head of 24 is 3 of them

struct Angles {
  const std::int32_t* position;
  const float *cosine, *sine;
  std::int64_t half;
  float direction;
};

/// A thread turns `lanes` pairs.
template <int lanes, class T>
__global__ void rotate_kernel(Rows<T> x, Angles angles) {
  const std::int64_t pair = first_column<lanes>(), half = angles.half;
  if (pair >= x.width / 2) { return; }
  const std::int64_t i = pair % half, at = angles.position[blockIdx.x] * half + i;
  T* const a = x.row(blockIdx.x) + pair / half * 2 * half + i;
  const Vector<float, lanes> c = load<lanes>(angles.cosine + at), s = load<lanes>(angles.sine + at);
  Vector<T, lanes> low = load<lanes>(a), high = load<lanes>(a + half);
  for (int l = 0; l < lanes; ++l) {
    const float first = as_float(low.at[l]), second = as_float(high.at[l]);
    const float turn = angles.direction * s.at[l];
    low.at[l] = rounded<T>(first * c.at[l] - second * turn);
    high.at[l] = rounded<T>(second * c.at[l] + first * turn);
  }
  store(a, low);
  store(a + half, high);
}

}  // namespace

template <class T>
void rotate(const device::Stream& stream, GpuRows<T> x, const GpuRotation& rotation, int direction) {
  const std::int64_t rows = x.view.rows, width = x.view.width, half = rotation.head_dim / 2;
  check_size("rotation", rotation.position.size(), static_cast<std::size_t>(rows), "positions");
  check_size("rotation", rotation.sine.size(), rotation.cosine.size(), "sines");
  if (half < 1 || width % (2 * half) != 0) {
    throw Bug("rotation of heads of " + std::to_string(rotation.head_dim) + " in rows of " +
              std::to_string(width));
  }
  if (rows == 0) { return; }
  const Angles angles{rotation.position.data(), rotation.cosine.data(), rotation.sine.data(), half,
                      static_cast<float>(direction)};
  if (half % most_lanes == 0 && moves_at_once<most_lanes>(x.view) &&
      moves_at_once<most_lanes>(angles.cosine) && moves_at_once<most_lanes>(angles.sine)) {
    device::launch<rotate_kernel<most_lanes, T>>(stream, row_grid<most_lanes>(rows, width / 2), x.view,
                                                 angles);
  } else {
    device::launch<rotate_kernel<1, T>>(stream, row_grid<1>(rows, width / 2), x.view, angles);
  }
}

template void rotate(const device::Stream&, GpuRows<float>, const GpuRotation&, int);
template void rotate(const device::Stream&, GpuRows<device::Bf16>, const GpuRotation&, int);

}  // namespace srl::compute
