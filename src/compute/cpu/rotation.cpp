#include "compute/rotation.hpp"

#include "compute/loops.hpp"

namespace srl::compute {

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

template void rotate(Rows<float>, const Rotation<float>&, int);
template void rotate(Rows<double>, const Rotation<double>&, int);

}  // namespace srl::compute
