#include "compute/gather.hpp"

#include <algorithm>
#include <numeric>

#include "compute/loops.hpp"

namespace srl::compute {

template <class T>
void gather_rows(const T* table, const std::int64_t* ids, Rows<T> out) {
  each_row(out, [&](std::int64_t r) { std::copy_n(table + ids[r] * out.width, out.width, out.row(r)); });
}

template <class T, class G>
void scatter_add_rows(Rows<const T> x, const std::int64_t* ids, G* table) {
  each_column_block(x.width, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = 0; r < x.rows; ++r) {
      G* to = table + ids[r] * x.width;
      for (std::int64_t i = first; i < last; ++i) { to[i] += static_cast<G>(x.row(r)[i]); }
    }
  });
}

RowsById sort_rows(std::span<const std::int64_t> ids) {
  RowsById result;
  result.rows.resize(ids.size());
  std::iota(result.rows.begin(), result.rows.end(), 0);
  const auto id_of = [&](std::int32_t row) { return ids[static_cast<std::size_t>(row)]; };
  std::ranges::stable_sort(result.rows, {}, id_of);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    if (i > 0 && id_of(result.rows[i]) == result.ids.back()) { continue; }
    result.ids.push_back(static_cast<std::int32_t>(id_of(result.rows[i])));
    result.first.push_back(static_cast<std::int32_t>(i));
  }
  result.first.push_back(static_cast<std::int32_t>(ids.size()));
  return result;
}

#define SRL_INSTANTIATE(T)                                                    \
  template void gather_rows(const T*, const std::int64_t*, Rows<T>);          \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, float*); \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, double*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
