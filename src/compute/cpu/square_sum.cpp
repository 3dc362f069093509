#include "compute/square_sum.hpp"

#include <algorithm>

namespace srl::compute {

template <class T>
void square_sums(std::span<const T> x, std::span<double> sums) {
  std::size_t chunk = 0;
  for (std::size_t begin = 0; begin < x.size(); begin += chunk_elements, ++chunk) {
    double sum = 0;
    for (std::size_t i = begin; i < std::min(x.size(), begin + chunk_elements); ++i) {
      sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    }
    sums[chunk] = sum;
  }
}

template void square_sums(std::span<const float>, std::span<double>);
template void square_sums(std::span<const double>, std::span<double>);

}  // namespace srl::compute
