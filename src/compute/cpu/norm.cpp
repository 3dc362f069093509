#include "compute/norm.hpp"

#include <algorithm>
#include <cmath>

#include "compute/cpu/lanes.hpp"
#include "compute/loops.hpp"

namespace srl::compute {
namespace {

template <class T>
T inverse_root(const T* x, std::int64_t width, T eps) {
  return 1 / std::sqrt(lane_dot(x, x, width) / width + eps);
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

#define SRL_INSTANTIATE(T)                                                                   \
  template void rms_norm(Input<T>, const T*, T, Rows<T>, T*);                                \
  template void rms_norm_again(Input<T>, const T*, const T*, Rows<T>);                       \
  template void rms_norm_backward(Input<T>, Input<T>, const T*, const T*, Rows<T>, double*); \
  template void head_norm(Rows<T>, const HeadNorm<T>&, Rows<T>);                             \
  template void head_norm_backward(Rows<T>, const HeadNorm<T>&, Input<T>, double*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::compute
