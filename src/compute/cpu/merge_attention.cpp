#include "compute/merge_attention.hpp"

#include <cmath>
#include <limits>

#include "compute/loops.hpp"

namespace srl::compute {

template <class T>
void merge_attention(Input<T> parts, Input<T> lse, std::span<const std::int32_t> first, Rows<T> out,
                     Rows<T> out_lse) {
  constexpr T none = -std::numeric_limits<T>::infinity();
  const std::int64_t heads = lse.width, head_dim = out.width / heads;
  each_row(out, [&](std::int64_t r) {
    for (std::int64_t head = 0; head < heads; ++head) {
      T most = none, total = 0;
      for (std::int32_t p = first[r]; p < first[r + 1]; ++p) { most = std::max(most, lse.row(p)[head]); }
      T* const to = out.row(r) + head * head_dim;
      std::fill_n(to, head_dim, T{0});
      for (std::int32_t p = first[r]; p < first[r + 1]; ++p) {
        const T of_part = lse.row(p)[head];
        if (of_part == none) { continue; }
        const T weight = std::exp(of_part - most);
        const T* const part = parts.row(p) + head * head_dim;
        total += weight;
        for (std::int64_t i = 0; i < head_dim; ++i) { to[i] += weight * part[i]; }
      }
      if (out_lse.rows > 0) { out_lse.row(r)[head] = total == 0 ? none : most + std::log(total); }
      for (std::int64_t i = 0; total != 0 && i < head_dim; ++i) { to[i] /= total; }
    }
  });
}

template void merge_attention(Rows<const float>, Rows<const float>, std::span<const std::int32_t>,
                              Rows<float>, Rows<float>);
template void merge_attention(Rows<const double>, Rows<const double>, std::span<const std::int32_t>,
                              Rows<double>, Rows<double>);

}  // namespace srl::compute
