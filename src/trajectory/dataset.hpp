#pragma once
// The reading side for training: all instances of one or more shard folders in an endless, seeded, resumable order.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "trajectory/instance.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

struct InstanceKey {
  std::int64_t solution = 0;   ///< running number over all shards, in manifest order
  std::int64_t k = 0;          ///< step index, 0-based
};

/// Instances of one split. Folders are "DIR" or "DIR:weight" (weights: not supported yet -> BadOption unless 1).
class Dataset {
 public:
  Dataset(const std::vector<std::string>& folders, Split split, const InstanceOptions& options);
  std::int64_t size() const;                        ///< instances
  InstanceKey key(std::int64_t index) const;        ///< index in [0, size())
  const Solution& solution(std::int64_t number) const;
  /// The instance at running number `draw` of the endless order: epoch = draw / size(), a permutation per epoch from the seed.
  InstanceKey draw(std::uint64_t seed, std::int64_t draw) const;
  std::string fingerprint() const;                  ///< of the shards' checksums and split, for resume checks

 private:
  std::vector<Solution> solutions_;
  std::vector<InstanceKey> keys_;
  std::string fingerprint_;
};

}  // namespace srl::trajectory
