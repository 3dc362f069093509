#include "training/gpu/sharding.hpp"

#include <algorithm>

#include "compute/square_sum.hpp"

namespace srl::training {

Sharding::Sharding(const model::ModelConfig& config, int rank_count)
    : ranks(rank_count), layout(model::parameter_layout(config)) {
  const auto count = static_cast<std::size_t>(ranks);
  for (const model::Bucket& flat : model::buckets_of(config, layout)) {
    const std::size_t chunks = compute::chunks_of(static_cast<std::size_t>(flat.count));
    ShardedBucket bucket{flat, elements, (chunks + count - 1) / count * compute::chunk_elements, owned};
    elements += bucket.part * count;
    owned += bucket.part;
    buckets.push_back(bucket);
  }
  std::size_t b = 0;
  for (model::ParameterInfo& info : layout) {
    while (info.offset >= buckets[b].flat.offset + buckets[b].flat.count) { ++b; }
    info.offset += static_cast<std::int64_t>(buckets[b].begin) - buckets[b].flat.offset;
  }
}

std::vector<PieceRange> Sharding::ranges_of(int rank) const {
  std::vector<PieceRange> ranges;
  for (const ShardedBucket& bucket : buckets) {
    const std::size_t first = bucket.part * static_cast<std::size_t>(rank),
                      count = static_cast<std::size_t>(bucket.flat.count);
    ranges.push_back({static_cast<std::uint64_t>(bucket.flat.offset) + std::min(first, count),
                      std::min(bucket.part, count - std::min(first, count))});
  }
  return ranges;
}

std::vector<model::ParameterInfo> Sharding::two_layers_at_a_time(std::vector<std::size_t>& begin) const {
  const std::size_t layers = buckets.size() - 2, rooms = std::min<std::size_t>(2, layers),
                    first = buckets[1].begin, size = buckets[1].part * static_cast<std::size_t>(ranks);
  begin = {0};
  for (std::size_t l = 0; l < layers; ++l) { begin.push_back(first + l % rooms * size); }
  begin.push_back(first + rooms * size);
  begin.push_back(begin.back() + buckets.back().part * static_cast<std::size_t>(ranks));
  std::vector<model::ParameterInfo> result = layout;
  std::size_t b = 0;
  for (model::ParameterInfo& info : result) {
    while (b + 1 < buckets.size() && info.offset >= static_cast<std::int64_t>(buckets[b + 1].begin)) { ++b; }
    info.offset += static_cast<std::int64_t>(begin[b]) - static_cast<std::int64_t>(buckets[b].begin);
  }
  return result;
}

}  // namespace srl::training
