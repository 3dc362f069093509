#pragma once
// Sums of squares in fixed chunks, for the global norm of gradients:
//
//   sums[c] = sum of x[i]^2 over i in [4096 c, 4096 (c + 1))       x [count], sums [ceil(count / 4096)]
//
// In fp64. The whole sum is the chunks' sums in their order, so it does not depend on how an array is cut
// into partitions that end at chunk boundaries.
#include <cstdint>
#include <span>

#include "device/span.hpp"
#include "device/stream.hpp"

namespace srl::compute {

inline constexpr std::size_t chunk_elements = 4096;

inline std::size_t chunks_of(std::size_t elements) {
  return (elements + chunk_elements - 1) / chunk_elements;
}

/// In the order of the elements.
template <class T>
void square_sums(std::span<const T> x, std::span<double> sums);

/// On a GPU, in the stream's order. A chunk is summed by threads, then in a tree, in one order. Throws Bug if
/// `sums` has not one element per chunk.
void square_sums(const device::Stream& stream, device::Span<const float> x, device::Span<double> sums);

}  // namespace srl::compute
