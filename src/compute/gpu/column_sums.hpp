#pragma once
// Sums over rows in one order, without atomics: a block adds 128 rows of 32 columns, then one thread per
// column adds these parts. Only for kernel files.
#include "base/error.hpp"
#include "base/host_device.hpp"
#include "device/kernel.hpp"

namespace srl::compute {

constexpr int columns_per_block = 32, threads_per_column = 8;
constexpr std::int64_t rows_per_sum = 128;

inline std::int64_t sums_of_rows(std::int64_t rows) {
  return (rows + rows_per_sum - 1) / rows_per_sum;
}

/// partial [gridDim.y, width]: sums over `rows_per_sum` rows each of term(row, column). Block:
/// columns_per_block x threads_per_column.
template <class Term>
__global__ void column_partial_kernel(Term term, std::int64_t rows, std::int64_t width, float* partial) {
  SRL_SHARED(float, sums, columns_per_block* threads_per_column);
  const std::int64_t column = static_cast<std::int64_t>(blockIdx.x) * columns_per_block + threadIdx.x;
  const std::int64_t first = blockIdx.y * rows_per_sum;
  const std::int64_t last = smaller(first + rows_per_sum, rows);
  float sum = 0;
  if (column < width) {
    for (std::int64_t r = first + threadIdx.y; r < last; r += threads_per_column) { sum += term(r, column); }
  }
  sums[threadIdx.y * columns_per_block + threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.y != 0 || column >= width) { return; }
  for (int t = 1; t < threads_per_column; ++t) { sum += sums[t * columns_per_block + threadIdx.x]; }
  partial[blockIdx.y * width + column] = sum;
}

/// sums [width] += the `parts` rows of `partial`, in order. One thread per column.
template <class T>
__global__ void add_parts_kernel(const T* partial, std::int64_t parts, std::int64_t width, T* sums) {
  const std::int64_t column = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (column >= width) { return; }
  T sum = 0;
  for (std::int64_t part = 0; part < parts; ++part) { sum += partial[part * width + column]; }
  sums[column] += sum;
}

inline void add_parts(const device::Stream& stream, device::Span<const float> partial, std::int64_t parts,
                      device::Span<float> sums) {
  constexpr unsigned threads = 128;
  device::launch<add_parts_kernel<float>>(stream, {device::blocks_for(sums.size(), threads), threads},
                                          partial.data(), parts, static_cast<std::int64_t>(sums.size()),
                                          sums.data());
}

/// sums[c] += the sum over `rows` rows of term(r, c). `partial` has sums_of_rows(rows) * sums.size() floats.
template <class Term>
void add_column_terms(const device::Stream& stream, const Term& term, std::int64_t rows,
                      device::Span<float> sums, device::Span<float> partial) {
  const auto width = static_cast<std::int64_t>(sums.size());
  const std::int64_t parts = sums_of_rows(rows);
  const auto blocks = static_cast<unsigned>((width + columns_per_block - 1) / columns_per_block);
  device::launch<column_partial_kernel<Term>>(
      stream, {{blocks, static_cast<unsigned>(parts)}, {columns_per_block, threads_per_column}}, term, rows,
      width, partial.data());
  add_parts(stream, partial, parts, sums);
}

}  // namespace srl::compute
