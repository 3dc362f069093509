#include "model/forward/kernels.hpp"

#include <algorithm>
#include <cmath>

#include "compute/lanes.hpp"
#include "compute/loops.hpp"

namespace srl::model {
using compute::each_column_block;
using compute::each_row;
using compute::exponential;
namespace {

template <class T>
void gate_row(const T* gate, const T* up, std::int64_t width, T* out) {
  for (std::int64_t i = 0; i < width; ++i) { out[i] = gate[i] / (1 + exponential(-gate[i])) * up[i]; }
}

}  // namespace

template <class T>
void rotate(Rows<T> x, const Rotation<T>& rotation, int direction) {
  const std::int64_t half = rotation.head_dim / 2;
  const T sign = direction;
  each_row(x, [&](std::int64_t r) {
    const std::int64_t angle = rotation.position[r] * half;
    const T *c = rotation.cosine + angle, *s = rotation.sine + angle;
    for (std::int64_t begin = 0; begin < x.width; begin += rotation.head_dim) {
      T *a = x.row(r) + begin, *b = a + half;
      for (std::int64_t i = 0; i < half; ++i) {
        const T first = a[i], second = b[i], turn = sign * s[i];
        a[i] = first * c[i] - second * turn;
        b[i] = second * c[i] + first * turn;
      }
    }
  });
}

template <class T>
void gated(Input<T> gate_up, Rows<T> out) {
  each_row(out, [&](std::int64_t r) {
    const T* gate = gate_up.row(r);
    gate_row(gate, gate + out.width, out.width, out.row(r));
  });
}

template <class T>
void gated_backward(Input<T> gate_up, Input<T> dout, Rows<T> dgate_up, Rows<T> out) {
  const std::int64_t width = out.width;
  each_row(out, [&](std::int64_t r) {
    const T *gate = gate_up.row(r), *up = gate + width, *dy = dout.row(r);
    T *dgate = dgate_up.row(r), *dup = dgate + width;
    // d silu(g) / d g = sigmoid(g) (1 + g (1 - sigmoid(g)))
    for (std::int64_t i = 0; i < width; ++i) {
      const T sigmoid = 1 / (1 + exponential(-gate[i])), silu = gate[i] * sigmoid;
      dgate[i] = dy[i] * up[i] * (sigmoid * (1 + gate[i] * (1 - sigmoid)));
      dup[i] = dy[i] * silu;
    }
    gate_row(gate, up, width, out.row(r));
  });
}

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
  template void rotate(Rows<T>, const Rotation<T>&, int);                      \
  template void gated(Input<T>, Rows<T>);                                      \
  template void gated_backward(Input<T>, Input<T>, Rows<T>, Rows<T>);          \
  template void add_bias(Rows<T>, const T*);                                   \
  template void add_column_sums(Rows<T>, double*);                             \
  template void gather_rows(const T*, const std::int64_t*, Rows<T>);           \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, float*);  \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, double*); \
  template void merge_attention(Input<T>, const T*, Rows<T>, T*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::model
