#include "training/gpu/owned.hpp"

#include <algorithm>

#include "compute/square_sum.hpp"

namespace srl::training {

std::vector<std::size_t> equal_offsets(std::size_t part, int ranks) {
  std::vector<std::size_t> offsets;
  for (int r = 0; r <= ranks; ++r) { offsets.push_back(part * static_cast<std::size_t>(r)); }
  return offsets;
}

PieceOwners owners_of(const Sharding& sharding, std::uint64_t elements) {
  std::vector<OwnedRange> ranges;
  for (int rank = 0; rank < sharding.ranks; ++rank) {
    std::uint64_t place = 0;
    for (const PieceRange& range : sharding.ranges_of(rank)) {
      if (range.count > 0) { ranges.push_back({range.begin, rank, place}); }
      place += range.count;
    }
  }
  std::ranges::sort(ranges, {}, &OwnedRange::begin);
  return {std::move(ranges), elements};
}

double sum_in_order(const Sharding& sharding, const std::vector<double>& mine,
                    const comm::Communicator& world) {
  const auto ranks = static_cast<std::size_t>(sharding.ranks);
  std::vector<double> all(mine.size() * ranks);
  std::ranges::copy(
      mine, all.begin() + static_cast<std::ptrdiff_t>(mine.size() * static_cast<std::size_t>(world.rank())));
  world.all_gather(std::span(all), equal_offsets(mine.size(), sharding.ranks));
  double total = 0;
  for (const ShardedBucket& bucket : sharding.buckets) {
    for (std::size_t r = 0; r < ranks; ++r) {
      const std::size_t first = r * mine.size() + compute::chunks_of(bucket.owned);
      for (std::size_t c = 0; c < compute::chunks_of(bucket.part); ++c) { total += all[first + c]; }
    }
  }
  return total;
}

}  // namespace srl::training
