#pragma once
// How the flat buffer is divided in the memory of GPUs: the elements of every bucket in equal parts, one per
// rank, so that a bucket is reduced and gathered by one collective of equal parts. A part ends at a chunk of
// the norm (compute/square_sum.hpp); behind the last element of a bucket are zeros, which are never saved.
#include <cstdint>
#include <vector>

#include "model/parameters.hpp"
#include "training/optimise/piece.hpp"

namespace srl::training {

/// A bucket on GPUs.
struct ShardedBucket {
  model::Bucket flat;     ///< its elements in the flat buffer of Parameters
  std::size_t begin = 0;  ///< in the buffer on GPUs
  std::size_t part = 0;   ///< elements of each rank
  std::size_t owned = 0;  ///< where a rank's part begins in what it owns
};

struct Sharding {
  int ranks = 1;
  std::vector<ShardedBucket> buckets;        ///< as buckets_of
  std::vector<model::ParameterInfo> layout;  ///< of the buffer on GPUs
  std::size_t elements = 0;                  ///< of that buffer
  std::size_t owned = 0;                     ///< elements that each rank owns

  Sharding(const model::ModelConfig& config, int rank_count);
  /// The elements of the flat buffer that a rank owns, by bucket; without gaps at the ends of buckets.
  std::vector<PieceRange> ranges_of(int rank) const;
  /// The same layout with memory for two layers only, as Parameters::two_layers_at_a_time; `begin` [buckets]
  /// receives where each bucket begins, the result's last element is the end.
  std::vector<model::ParameterInfo> two_layers_at_a_time(std::vector<std::size_t>& begin) const;
};

}  // namespace srl::training
