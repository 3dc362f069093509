#include "model/forward/kernels.hpp"

#include <algorithm>
#include <cmath>

#include "compute/loops.hpp"

namespace srl::model {
using compute::each_row;

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

#define SRL_INSTANTIATE(T) template void merge_attention(Input<T>, const T*, Rows<T>, T*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::model
