#pragma once
// How the flat buffer is cut over ranks, and sums over it that do not depend on the cut.
#include <cstddef>
#include <span>
#include <vector>

#include "comm/communicator.hpp"

namespace srl::training {

/// Elements a chunk: partitions end at chunk boundaries, and sums of squares are taken chunk by chunk.
inline constexpr std::size_t chunk_elements = 4096;

/// Offsets [ranks + 1] into `elements`: whole chunks, as even as possible.
std::vector<std::size_t> partition_offsets(std::size_t elements, int ranks);

/// Sum of squares of the whole buffer of which `mine` is this rank's partition: fp64 over fixed chunks, added
/// in chunk order, so the value is the same bit for bit on any rank count. Collective.
template <class T>
double global_square_sum(std::span<const T> mine, std::span<const std::size_t> offsets,
                         const comm::Communicator& world);

}  // namespace srl::training
