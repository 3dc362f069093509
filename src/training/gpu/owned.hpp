#pragma once
// What a rank owns of a sharded buffer, on the host.
#include <vector>

#include "comm/communicator.hpp"
#include "training/gpu/sharding.hpp"
#include "training/optimise/piece_loading.hpp"

namespace srl::training {

/// A rank's part of weights and moments, without the zeros at the ends of buckets: as a checkpoint holds it.
struct OwnedState {
  std::vector<float> weights, first, second;
  std::int64_t steps = 0;
};

/// Calls work(owned, at, count) for every bucket of which the rank owns elements: where they are in what it
/// owns, and where without the zeros at the ends of buckets.
template <class Work>
void each_owned(const Sharding& sharding, int rank, const Work& work) {
  const std::vector<PieceRange> ranges = sharding.ranges_of(rank);
  std::size_t at = 0;
  for (std::size_t b = 0; b < ranges.size(); ++b) {
    if (ranges[b].count > 0) { work(sharding.buckets[b].owned, at, ranges[b].count); }
    at += ranges[b].count;
  }
}

/// Offsets [ranks + 1] of equal parts.
std::vector<std::size_t> equal_offsets(std::size_t part, int ranks);

/// Where load_pieces puts the elements of the flat buffer.
PieceOwners owners_of(const Sharding& sharding, std::uint64_t elements);

/// Collective. `mine`: this rank's sums of chunks, bucket after bucket. The sum over all chunks, by bucket
/// and in the order of their elements, so the same bits on any number of ranks.
double sum_in_order(const Sharding& sharding, const std::vector<double>& mine,
                    const comm::Communicator& world);

}  // namespace srl::training
