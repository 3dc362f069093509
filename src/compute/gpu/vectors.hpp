#pragma once
// Several adjacent elements in one load or store. Only for kernel files.
#include <cstdint>

#include "base/rows.hpp"
#include "device/dtype.hpp"
#include "device/kernel.hpp"
#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::compute {

using device::Bf16;
using device::Span;
using device::Stream;

/// `lanes` adjacent elements, at an address that is a multiple of their size: one instruction moves them.
template <class T, int lanes>
struct alignas(sizeof(T) * lanes) Vector {
  T at[lanes];
};
template <int lanes, class T>
__device__ Vector<std::remove_const_t<T>, lanes> load(T* from) {
  return *reinterpret_cast<const Vector<std::remove_const_t<T>, lanes>*>(from);
}
template <int lanes, class T>
__device__ void store(T* to, const Vector<T, lanes>& elements) {
  *reinterpret_cast<Vector<T, lanes>*>(to) = elements;
}

// For the host function of a kernel: whether the kernel may move `lanes` elements at once.

template <int lanes, class T>
bool moves_at_once(const T* elements) {
  return reinterpret_cast<std::uintptr_t>(elements) % (lanes * sizeof(T)) == 0;
}
/// In every row of the matrix, from its first element to its last.
template <int lanes, class T>
bool moves_at_once(const Rows<T>& matrix) {
  return moves_at_once<lanes>(matrix.data) && matrix.stride % lanes == 0 && matrix.width % lanes == 0;
}

/// The first index of this thread, when every thread has `lanes` of them.
template <int lanes = 1>
__device__ std::int64_t first_index() {
  return (static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * lanes;
}

// Kernels over the elements of a matrix: blockIdx.x is the row, and a thread has `lanes` columns of it.

/// One thread per `lanes` columns.
template <int lanes>
device::Grid row_grid(std::int64_t rows, std::int64_t columns) {
  const std::int64_t wanted = (columns + lanes - 1) / lanes;
  const auto threads = static_cast<unsigned>(wanted < 256 ? (wanted + 31) / 32 * 32 : 256);
  return {{static_cast<unsigned>(rows), device::blocks_for(static_cast<std::size_t>(wanted), threads)},
          threads};
}
template <int lanes>
__device__ std::int64_t first_column() {
  return (static_cast<std::int64_t>(blockIdx.y) * blockDim.x + threadIdx.x) * lanes;
}

/// Elements in 16 bytes, which is as much as one instruction moves.
template <class T>
constexpr int most_lanes_of = static_cast<int>(16 / sizeof(T));

}  // namespace srl::compute
