#include "compute/gather.hpp"
#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

template <int lanes, class T>
__global__ void gather_kernel(Rows<const T> table, const std::int32_t* ids, Rows<T> out) {
  const std::int64_t begin = first_column<lanes>();
  if (begin >= out.width) { return; }
  store(out.row(blockIdx.x) + begin, load<lanes>(table.row(ids[blockIdx.x]) + begin));
}

/// blockIdx.x: one of the distinct ids.
template <int lanes, class T, class G>
__global__ void scatter_kernel(Rows<const T> x, const std::int32_t* ids, const std::int32_t* first,
                               const std::int32_t* rows, Rows<G> table) {
  const std::int64_t begin = first_column<lanes>();
  if (begin >= x.width) { return; }
  G* const to = table.row(ids[blockIdx.x]) + begin;
  Vector<G, lanes> result = load<lanes>(to);
  float sums[lanes];
  for (int i = 0; i < lanes; ++i) { sums[i] = as_float(result.at[i]); }
  const std::int32_t last = first[blockIdx.x + 1];
  for (std::int32_t at = first[blockIdx.x]; at < last; ++at) {
    const Vector<T, lanes> some = load<lanes>(x.row(rows[at]) + begin);
    for (int i = 0; i < lanes; ++i) { sums[i] += as_float(some.at[i]); }
  }
  for (int i = 0; i < lanes; ++i) { result.at[i] = rounded<G>(sums[i]); }
  store(to, result);
}

void check_width(std::int64_t table, std::int64_t rows) {
  check_size("rows by id", static_cast<std::size_t>(rows), static_cast<std::size_t>(table), "a row");
}

}  // namespace

template <class T>
void gather_rows(const Stream& stream, std::type_identity_t<GpuRows<const T>> table,
                 Span<const std::int32_t> ids, GpuRows<T> out) {
  constexpr int lanes = most_lanes_of<T>;
  const Rows<T>& to = out.view;
  check_size("rows by id", ids.size(), static_cast<std::size_t>(to.rows), "ids");
  check_width(table.view.width, to.width);
  if (to.rows == 0) { return; }
  if (moves_at_once<lanes>(table.view) && moves_at_once<lanes>(to)) {
    device::launch<gather_kernel<lanes, T>>(stream, row_grid<lanes>(to.rows, to.width), table.view,
                                            ids.data(), to);
  } else {
    device::launch<gather_kernel<1, T>>(stream, row_grid<1>(to.rows, to.width), table.view, ids.data(), to);
  }
}

template <class T, class G>
void scatter_add_rows(const Stream& stream, GpuRows<const T> x, const GpuRowsById& by_id, GpuRows<G> table) {
  constexpr int lanes = 4;
  check_size("rows by id", by_id.rows.size(), static_cast<std::size_t>(x.view.rows), "rows");
  check_size("rows by id", by_id.first.size(), by_id.ids.size() + 1, "first rows");
  check_width(table.view.width, x.view.width);
  if (by_id.ids.empty()) { return; }
  const auto ids = static_cast<std::int64_t>(by_id.ids.size());
  const auto run = [&]<int at_once>(std::integral_constant<int, at_once>) {
    device::launch<scatter_kernel<at_once, T, G>>(stream, row_grid<at_once>(ids, x.view.width), x.view,
                                                  by_id.ids.data(), by_id.first.data(), by_id.rows.data(),
                                                  table.view);
  };
  if (moves_at_once<lanes>(x.view) && moves_at_once<lanes>(table.view)) {
    run(std::integral_constant<int, lanes>{});
  } else {
    run(std::integral_constant<int, 1>{});
  }
}

template void gather_rows(const Stream&, GpuRows<const float>, Span<const std::int32_t>, GpuRows<float>);
template void gather_rows(const Stream&, GpuRows<const Bf16>, Span<const std::int32_t>, GpuRows<Bf16>);
template void scatter_add_rows(const Stream&, GpuRows<const float>, const GpuRowsById&, GpuRows<float>);
template void scatter_add_rows(const Stream&, GpuRows<const Bf16>, const GpuRowsById&, GpuRows<float>);
template void scatter_add_rows(const Stream&, GpuRows<const Bf16>, const GpuRowsById&, GpuRows<Bf16>);

}  // namespace srl::compute
