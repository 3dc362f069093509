#pragma once
// Partition of the flat buffer over ranks, and sums over it that do not depend on the partition.
#include <cstddef>
#include <span>
#include <vector>

#include "comm/communicator.hpp"
#include "compute/square_sum.hpp"

namespace srl::training {

/// Partitions end at chunk boundaries, and squares are summed chunk by chunk.
using compute::chunk_elements;

/// Offsets [ranks + 1] of the partitions: whole chunks, as even as possible.
std::vector<std::size_t> partition_offsets(std::size_t elements, int ranks);

/// Collective. Sum of squares of the whole buffer; `mine` is this rank's partition. fp64 sums over fixed
/// chunks are added in chunk order, so the value is the same bit for bit on any number of ranks.
template <class T>
double global_square_sum(std::span<const T> mine, std::span<const std::size_t> offsets,
                         const comm::Communicator& world);

}  // namespace srl::training
