#include "model/forward/kernels.hpp"

#include <algorithm>
#include <cmath>

#include "compute/loops.hpp"

namespace srl::model {
using compute::each_column_block;
using compute::each_row;

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

template <class T>
void merge_attention(Input<T> o, const T* l, Rows<T> out, T* lse) {
  each_row(o, [&](std::int64_t i) {
    const T largest = std::max(lse[i], l[i]);
    const T total = largest + std::log(std::exp(lse[i] - largest) + std::exp(l[i] - largest));
    const T old_part = std::exp(lse[i] - total), new_part = std::exp(l[i] - total);
    const T* from = o.row(i);
    T* to = out.row(i);
    for (std::int64_t j = 0; j < o.width; ++j) { to[j] = to[j] * old_part + from[j] * new_part; }
    lse[i] = total;
  });
}

#define SRL_INSTANTIATE(T)                                                     \
  template void gather_rows(const T*, const std::int64_t*, Rows<T>);           \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, float*);  \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, double*); \
  template void merge_attention(Input<T>, const T*, Rows<T>, T*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::model
