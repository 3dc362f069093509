#include "model/forward/kernels.hpp"

#include <algorithm>
#include <cmath>

#include "model/forward/exponential.hpp"
#include "model/parallel.hpp"

namespace srl::model {
namespace {

/// Rows a thread takes at least, so that a piece is worth a thread's start.
std::int64_t grain_of(std::int64_t width) {
  return std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, width));
}

constexpr std::int64_t column_block = 64;

}  // namespace

template <class T>
void rms_norm_again(const T* x, const T* weight, const T* scale, std::int64_t rows, std::int64_t width,
                    T* out) {
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const T* from = x + r * width;
      T* to = out + r * width;
      const T factor = scale[r];
      for (std::int64_t i = 0; i < width; ++i) { to[i] = weight[i] * (from[i] * factor); }
    }
  });
}

template <class T>
void rms_norm(const T* x, const T* weight, std::int64_t rows, std::int64_t width, T eps, T* out, T* scale) {
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const T* from = x + r * width;
      T* to = out + r * width;
      const T factor = 1 / std::sqrt(lane_dot(from, from, width) / static_cast<T>(width) + eps);
      for (std::int64_t i = 0; i < width; ++i) { to[i] = weight[i] * (from[i] * factor); }
      if (scale) { scale[r] = factor; }
    }
  });
}

template <class T>
void rms_norm_backward(const T* dout, const T* x, const T* weight, const T* scale, std::int64_t rows,
                       std::int64_t width, T* dx, double* dweight) {
  // With y = x s w: dx = s (w dy) - x s^3 mean(w dy x).
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const T *from = x + r * width, *dy = dout + r * width;
      T* to = dx + r * width;
      T lanes[16] = {};
      std::int64_t i = 0;
      for (; i + 16 <= width; i += 16) {
        for (int l = 0; l < 16; ++l) { lanes[l] += weight[i + l] * dy[i + l] * from[i + l]; }
      }
      for (int l = 0; i + l < width; ++l) { lanes[l] += weight[i + l] * dy[i + l] * from[i + l]; }
      T dot = 0;
      for (const T lane : lanes) { dot += lane; }
      const T factor = scale[r], back = dot / static_cast<T>(width) * factor * factor * factor;
      for (i = 0; i < width; ++i) { to[i] += weight[i] * dy[i] * factor - from[i] * back; }
    }
  });
  parallel_for((width + column_block - 1) / column_block, 1, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * column_block, last = std::min(width, end * column_block);
    for (std::int64_t r = 0; r < rows; ++r) {
      const T *from = x + r * width, *dy = dout + r * width;
      const T factor = scale[r];
      for (std::int64_t i = first; i < last; ++i) {
        dweight[i] += static_cast<double>(dy[i] * from[i] * factor);
      }
    }
  });
}

template <class T>
void head_norm(T* x, std::int64_t stride, const T* weight, std::int64_t rows, std::int64_t heads,
               std::int64_t width, T eps, T* before) {
  parallel_for(rows, grain_of(heads * width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      for (std::int64_t h = 0; h < heads; ++h) {
        T *at = x + r * stride + h * width, *keep = before + (r * heads + h) * width;
        std::copy(at, at + width, keep);
        const T factor = 1 / std::sqrt(lane_dot(keep, keep, width) / static_cast<T>(width) + eps);
        for (std::int64_t i = 0; i < width; ++i) { at[i] = weight[i] * (keep[i] * factor); }
      }
    }
  });
}

template <class T>
void head_norm_backward(T* dx, std::int64_t stride, const T* before, const T* weight, std::int64_t rows,
                        std::int64_t heads, std::int64_t width, T eps, double* dweight) {
  const auto factor_of = [&](const T* x) {
    return 1 / std::sqrt(lane_dot(x, x, width) / static_cast<T>(width) + eps);
  };
  // The weight's sum goes first, since dx is overwritten; one thread a column block keeps one order.
  parallel_for(width, 16, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t h = 0; h < heads; ++h) {
        const T *x = before + (r * heads + h) * width, *dy = dx + r * stride + h * width;
        const T factor = factor_of(x);
        for (std::int64_t i = first; i < last; ++i) {
          dweight[i] += static_cast<double>(dy[i] * x[i] * factor);
        }
      }
    }
  });
  parallel_for(rows, grain_of(heads * width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      for (std::int64_t h = 0; h < heads; ++h) {
        const T* x = before + (r * heads + h) * width;
        T* dy = dx + r * stride + h * width;
        const T factor = factor_of(x);
        T dot = 0;
        for (std::int64_t i = 0; i < width; ++i) { dot += weight[i] * dy[i] * x[i]; }
        const T back = dot / static_cast<T>(width) * factor * factor * factor;
        for (std::int64_t i = 0; i < width; ++i) { dy[i] = weight[i] * dy[i] * factor - x[i] * back; }
      }
    }
  });
}

template <class T>
void rotate(T* x, std::int64_t stride, const std::int32_t* position, const T* cosine, const T* sine,
            std::int64_t rows, std::int64_t heads, std::int64_t width, int direction) {
  const std::int64_t half = width / 2;
  const T sign = static_cast<T>(direction);
  parallel_for(rows, grain_of(heads * width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const T *c = cosine + position[r] * half, *s = sine + position[r] * half;
      for (std::int64_t h = 0; h < heads; ++h) {
        T *a = x + r * stride + h * width, *b = a + half;
        for (std::int64_t i = 0; i < half; ++i) {
          const T first = a[i], second = b[i], turn = sign * s[i];
          a[i] = first * c[i] - second * turn;
          b[i] = second * c[i] + first * turn;
        }
      }
    }
  });
}

template <class T>
void gated(const T* gate_up, std::int64_t rows, std::int64_t width, T* out) {
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const T *gate = gate_up + r * 2 * width, *up = gate + width;
      T* to = out + r * width;
      for (std::int64_t i = 0; i < width; ++i) { to[i] = gate[i] / (1 + exponential(-gate[i])) * up[i]; }
    }
  });
}

template <class T>
void gated_backward(const T* gate_up, const T* dout, std::int64_t rows, std::int64_t width, T* dgate_up,
                    T* out) {
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      const T *gate = gate_up + r * 2 * width, *up = gate + width, *dy = dout + r * width;
      T *dgate = dgate_up + r * 2 * width, *dup = dgate + width;
      // d silu(g) / d g = sigmoid(g) (1 + g (1 - sigmoid(g)))
      for (std::int64_t i = 0; i < width; ++i) {
        const T sigmoid = 1 / (1 + exponential(-gate[i])), silu = gate[i] * sigmoid;
        dgate[i] = dy[i] * up[i] * (sigmoid * (1 + gate[i] * (1 - sigmoid)));
        dup[i] = dy[i] * silu;
      }
      if (!out) { continue; }
      T* to = out + r * width;
      for (std::int64_t i = 0; i < width; ++i) { to[i] = gate[i] / (1 + exponential(-gate[i])) * up[i]; }
    }
  });
}

template <class T>
void add_bias(T* x, std::int64_t stride, const T* bias, std::int64_t rows, std::int64_t width) {
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      T* at = x + r * stride;
      for (std::int64_t i = 0; i < width; ++i) { at[i] += bias[i]; }
    }
  });
}

template <class T>
void add_column_sums(const T* x, std::int64_t rows, std::int64_t width, double* sums) {
  parallel_for((width + column_block - 1) / column_block, 1, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * column_block, last = std::min(width, end * column_block);
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t i = first; i < last; ++i) { sums[i] += static_cast<double>(x[r * width + i]); }
    }
  });
}

template <class T>
void gather_rows(const T* table, const std::int64_t* ids, std::int64_t rows, std::int64_t width, T* out) {
  parallel_for(rows, grain_of(width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) {
      std::copy_n(table + ids[r] * width, width, out + r * width);
    }
  });
}

template <class T, class G>
void scatter_add_rows(const T* x, const std::int64_t* ids, std::int64_t rows, std::int64_t width, G* table) {
  parallel_for((width + column_block - 1) / column_block, 1, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t first = begin * column_block, last = std::min(width, end * column_block);
    for (std::int64_t r = 0; r < rows; ++r) {
      G* to = table + ids[r] * width;
      for (std::int64_t i = first; i < last; ++i) { to[i] += static_cast<G>(x[r * width + i]); }
    }
  });
}

template <class T>
void merge_attention(const T* o, const T* l, std::int64_t rows, std::int64_t heads, std::int64_t width,
                     T* out, T* lse) {
  parallel_for(rows, grain_of(heads * width), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin * heads; i < end * heads; ++i) {
      const T largest = std::max(lse[i], l[i]);
      const T total = largest + std::log(std::exp(lse[i] - largest) + std::exp(l[i] - largest));
      const T old_part = std::exp(lse[i] - total), new_part = std::exp(l[i] - total);
      const T* from = o + i * width;
      T* to = out + i * width;
      for (std::int64_t j = 0; j < width; ++j) { to[j] = to[j] * old_part + from[j] * new_part; }
      lse[i] = total;
    }
  });
}

#define SRL_INSTANTIATE(T)                                                                                \
  template void rms_norm(const T*, const T*, std::int64_t, std::int64_t, T, T*, T*);                      \
  template void rms_norm_again(const T*, const T*, const T*, std::int64_t, std::int64_t, T*);             \
  template void rms_norm_backward(const T*, const T*, const T*, const T*, std::int64_t, std::int64_t, T*, \
                                  double*);                                                               \
  template void head_norm(T*, std::int64_t, const T*, std::int64_t, std::int64_t, std::int64_t, T, T*);   \
  template void head_norm_backward(T*, std::int64_t, const T*, const T*, std::int64_t, std::int64_t,      \
                                   std::int64_t, T, double*);                                             \
  template void rotate(T*, std::int64_t, const std::int32_t*, const T*, const T*, std::int64_t,           \
                       std::int64_t, std::int64_t, int);                                                  \
  template void gated(const T*, std::int64_t, std::int64_t, T*);                                          \
  template void gated_backward(const T*, const T*, std::int64_t, std::int64_t, T*, T*);                   \
  template void add_bias(T*, std::int64_t, const T*, std::int64_t, std::int64_t);                         \
  template void add_column_sums(const T*, std::int64_t, std::int64_t, double*);                           \
  template void gather_rows(const T*, const std::int64_t*, std::int64_t, std::int64_t, T*);               \
  template void scatter_add_rows(const T*, const std::int64_t*, std::int64_t, std::int64_t, float*);      \
  template void scatter_add_rows(const T*, const std::int64_t*, std::int64_t, std::int64_t, double*);     \
  template void merge_attention(const T*, const T*, std::int64_t, std::int64_t, std::int64_t, T*, T*);
SRL_INSTANTIATE(float)
SRL_INSTANTIATE(double)
#undef SRL_INSTANTIATE

}  // namespace srl::model
