#include "model/forward/kernels.hpp"

#include <algorithm>
#include <cmath>

#include "model/forward/exponential.hpp"
#include "model/parallel.hpp"

namespace srl::model {
namespace {

/// Calls body(r) for every row. Each thread gets enough rows that starting it is worthwhile.
template <class T, class F>
void each_row(const Rows<T>& x, F&& body) {
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, x.width));
  parallel_for(x.rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) { body(r); }
  });
}

/// Calls body(first, last) for blocks of columns. Sums over rows are split by columns, so that each sum has a
/// fixed order.
template <class F>
void each_column_block(std::int64_t width, F&& body) {
  constexpr std::int64_t columns = 64;
  parallel_for((width + columns - 1) / columns, 1, [&](std::int64_t begin, std::int64_t end) {
    body(begin * columns, std::min(width, end * columns));
  });
}

template <class T>
T inverse_root(const T* x, std::int64_t width, T eps) {
  return 1 / std::sqrt(lane_dot(x, x, width) / width + eps);
}

template <class T>
void gate_row(const T* gate, const T* up, std::int64_t width, T* out) {
  for (std::int64_t i = 0; i < width; ++i) { out[i] = gate[i] / (1 + exponential(-gate[i])) * up[i]; }
}

}  // namespace

template <class T>
void rms_norm_again(Input<T> x, const T* weight, const T* scale, Rows<T> out) {
  each_row(x, [&](std::int64_t r) {
    const T* from = x.row(r);
    T* to = out.row(r);
    const T factor = scale[r];
    for (std::int64_t i = 0; i < x.width; ++i) { to[i] = weight[i] * (from[i] * factor); }
  });
}

template <class T>
void rms_norm(Input<T> x, const T* weight, T eps, Rows<T> out, T* scale) {
  each_row(x, [&](std::int64_t r) {
    const T* from = x.row(r);
    T* to = out.row(r);
    const T factor = inverse_root(from, x.width, eps);
    for (std::int64_t i = 0; i < x.width; ++i) { to[i] = weight[i] * (from[i] * factor); }
    if (scale) { scale[r] = factor; }
  });
}

template <class T>
void rms_norm_backward(Input<T> dout, Input<T> x, const T* weight, const T* scale, Rows<T> dx,
                       double* dweight) {
  // With y = x s w: dx = s (w dy) - x s^3 mean(w dy x).
  const std::int64_t width = x.width;
  each_row(x, [&](std::int64_t r) {
    const T *from = x.row(r), *dy = dout.row(r);
    T* to = dx.row(r);
    T lanes[16] = {};
    std::int64_t i = 0;
    for (; i + 16 <= width; i += 16) {
      for (int l = 0; l < 16; ++l) { lanes[l] += weight[i + l] * dy[i + l] * from[i + l]; }
    }
    for (int l = 0; i + l < width; ++l) { lanes[l] += weight[i + l] * dy[i + l] * from[i + l]; }
    T dot = 0;
    for (const T lane : lanes) { dot += lane; }
    const T factor = scale[r], back = dot / width * factor * factor * factor;
    for (i = 0; i < width; ++i) { to[i] += weight[i] * dy[i] * factor - from[i] * back; }
  });
  each_column_block(width, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = 0; r < x.rows; ++r) {
      const T *from = x.row(r), *dy = dout.row(r);
      const T factor = scale[r];
      for (std::int64_t i = first; i < last; ++i) { dweight[i] += dy[i] * from[i] * factor; }
    }
  });
}

template <class T>
void head_norm(Rows<T> x, const HeadNorm<T>& norm, Rows<T> before) {
  const std::int64_t width = norm.head_dim;
  each_row(x, [&](std::int64_t r) {
    for (std::int64_t begin = 0; begin < x.width; begin += width) {
      T *at = x.row(r) + begin, *keep = before.row(r) + begin;
      std::copy(at, at + width, keep);
      const T factor = inverse_root(keep, width, norm.eps);
      for (std::int64_t i = 0; i < width; ++i) { at[i] = norm.weight[i] * (keep[i] * factor); }
    }
  });
}

template <class T>
void head_norm_backward(Rows<T> dx, const HeadNorm<T>& norm, Input<T> before, double* dweight) {
  const std::int64_t width = norm.head_dim;
  // The weight's sum comes first, because dx is overwritten below. Each column belongs to one thread, so the
  // order is fixed.
  parallel_for(width, 16, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = 0; r < dx.rows; ++r) {
      for (std::int64_t begin = 0; begin < dx.width; begin += width) {
        const T *x = before.row(r) + begin, *dy = dx.row(r) + begin;
        const T factor = inverse_root(x, width, norm.eps);
        for (std::int64_t i = first; i < last; ++i) { dweight[i] += dy[i] * x[i] * factor; }
      }
    }
  });
  each_row(dx, [&](std::int64_t r) {
    for (std::int64_t begin = 0; begin < dx.width; begin += width) {
      const T* x = before.row(r) + begin;
      T* dy = dx.row(r) + begin;
      const T factor = inverse_root(x, width, norm.eps);
      T dot = 0;
      for (std::int64_t i = 0; i < width; ++i) { dot += norm.weight[i] * dy[i] * x[i]; }
      const T back = dot / width * factor * factor * factor;
      for (std::int64_t i = 0; i < width; ++i) { dy[i] = norm.weight[i] * dy[i] * factor - x[i] * back; }
    }
  });
}

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

#define SRL_INSTANTIATE(T)                                                                   \
  template void rms_norm(Input<T>, const T*, T, Rows<T>, T*);                                \
  template void rms_norm_again(Input<T>, const T*, const T*, Rows<T>);                       \
  template void rms_norm_backward(Input<T>, Input<T>, const T*, const T*, Rows<T>, double*); \
  template void head_norm(Rows<T>, const HeadNorm<T>&, Rows<T>);                             \
  template void head_norm_backward(Rows<T>, const HeadNorm<T>&, Input<T>, double*);          \
  template void rotate(Rows<T>, const Rotation<T>&, int);                                    \
  template void gated(Input<T>, Rows<T>);                                                    \
  template void gated_backward(Input<T>, Input<T>, Rows<T>, Rows<T>);                        \
  template void add_bias(Rows<T>, const T*);                                                 \
  template void add_column_sums(Rows<T>, double*);                                           \
  template void gather_rows(const T*, const std::int64_t*, Rows<T>);                         \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, float*);                \
  template void scatter_add_rows(Rows<const T>, const std::int64_t*, double*);               \
  template void merge_attention(Input<T>, const T*, Rows<T>, T*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::model
