#pragma once
// The reading side for training: all instances of one or more shard folders in an endless, seeded, resumable
// order.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "trajectory/instance.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

struct InstanceKey {
  std::int64_t solution = 0;  ///< running number over all shards, in manifest order
  std::int64_t k = 0;         ///< step index, 0-based
};

/// A word of --data: "DIR" or "DIR:weight". A colon that no number follows belongs to the name.
struct WeightedFolder {
  std::string folder;
  double weight = 1;
};
WeightedFolder parse_folder(const std::string& word);  ///< BadOption for a weight that is not positive

/// Instances of one split. Held in memory are 16 bytes a solution and a few open files; texts are read when
/// they are asked for. Folders are "DIR" or "DIR:weight": an instance of weight w is drawn w times an epoch,
/// on average where w is no whole number. With `answered` only solutions that have a final answer count (an
/// outcome cannot be graded without).
class Dataset {
 public:
  /// BadOption for a weight that is not positive; BadInput as read_manifest, verify_shards and read_shard
  /// say.
  Dataset(const std::vector<std::string>& folders, Split split, const InstanceOptions& options,
          bool answered = false);
  std::int64_t size() const;                     ///< instances
  std::int64_t epoch_draws() const;              ///< draws of one epoch: size() when all weights are 1
  std::int64_t left_out() const;                 ///< solutions without a final answer, with `answered`
  InstanceKey key(std::int64_t index) const;     ///< index in [0, size())
  Solution solution(std::int64_t number) const;  ///< read from its shard
  /// The instance at running number `draw` of the endless order: epoch = draw / epoch_draws(), a permutation
  /// per epoch from the seed.
  InstanceKey draw(std::uint64_t seed, std::int64_t draw) const;
  std::string fingerprint() const;  ///< of the shards' checksums, weights and split, for resume checks

 private:
  /// One folder's instances and how many of an epoch's draws are its own.
  struct Part {
    std::int64_t first = 0, size = 0, first_draw = 0, draws = 0;
  };

  /// Where a solution lies; nothing else of it is held.
  struct Place {
    std::uint32_t shard = 0, row = 0;
  };
  struct OpenShards;

  std::vector<std::filesystem::path> shards_;
  std::vector<Place> places_;
  std::vector<std::int64_t> first_key_{
      0};                        ///< solution i has the instances [first_key_[i], first_key_[i + 1])
  std::int64_t first_step_ = 0;  ///< of any solution's instances
  std::shared_ptr<OpenShards> open_;
  std::vector<Part> parts_;
  std::int64_t epoch_draws_ = 0, left_out_ = 0;
  std::string fingerprint_;
};

}  // namespace srl::trajectory
