#include "compute/gpu/block.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"
#include "compute/square_sum.hpp"

namespace srl::compute {
namespace {

constexpr unsigned threads = 256;
constexpr int lanes = 4;

/// One block per chunk. A thread has `lanes` adjacent elements at a time; `at_once` loads them together.
template <bool at_once>
__global__ void square_sum_kernel(const float* x, std::int64_t count, double* sums) {
  const std::int64_t first = static_cast<std::int64_t>(blockIdx.x) * chunk_elements;
  const std::int64_t last = smaller(first + static_cast<std::int64_t>(chunk_elements), count);
  double sum = 0;
  for (std::int64_t i = first + threadIdx.x * lanes; i < last; i += threads * lanes) {
    if (at_once && i + lanes <= last) {
      const Vector<float, lanes> some = load<lanes>(x + i);
      for (const float one : some.at) { sum += static_cast<double>(one) * static_cast<double>(one); }
    } else {
      const std::int64_t end = smaller(i + lanes, last);
      for (std::int64_t j = i; j < end; ++j) { sum += static_cast<double>(x[j]) * static_cast<double>(x[j]); }
    }
  }
  sum = block_sum(sum);
  if (threadIdx.x == 0) { sums[blockIdx.x] = sum; }
}

}  // namespace

void square_sums(const device::Stream& stream, device::Span<const float> x, device::Span<double> sums) {
  check_size("sums of squares", sums.size(), chunks_of(x.size()), "sums");
  if (x.empty()) { return; }
  const device::Grid grid(static_cast<unsigned>(sums.size()), threads);
  const auto count = static_cast<std::int64_t>(x.size());
  if (moves_at_once<lanes>(x.data())) {
    device::launch<square_sum_kernel<true>>(stream, grid, x.data(), count, sums.data());
  } else {
    device::launch<square_sum_kernel<false>>(stream, grid, x.data(), count, sums.data());
  }
}

}  // namespace srl::compute
