#include "compute/columns.hpp"

#include "compute/loops.hpp"

namespace srl::compute {

template <class T>
void add_bias(Rows<T> x, const T* bias) {
  each_row(x, [&](std::int64_t r) {
    T* at = x.row(r);
    for (std::int64_t i = 0; i < x.width; ++i) { at[i] += bias[i]; }
  });
}

template <class T>
void add_column_sums(Rows<T> x, double* sums) {
  each_column_block(x.width, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = 0; r < x.rows; ++r) {
      for (std::int64_t i = first; i < last; ++i) { sums[i] += x.row(r)[i]; }
    }
  });
}

#define SRL_INSTANTIATE(T)                   \
  template void add_bias(Rows<T>, const T*); \
  template void add_column_sums(Rows<T>, double*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
