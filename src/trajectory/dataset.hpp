#pragma once
// How an expert solution passes through this room:
//   srl_prep: a Solution (solution.hpp) → shard.hpp writes it as a row of an HDF5 shard
//   training: the shards → Dataset → the draw number selects a solution and one of its steps
//             → instance.hpp renders prompt, target and prefill as text and token ids
// A Dataset has all instances of one or more folders of shards in an endless order. The order depends only on
// the seed and the draw number, so a resumed run needs only its next draw number.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "trajectory/instance.hpp"
#include "trajectory/scan.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

struct InstanceKey {
  std::int64_t solution = 0;  ///< running number over all shards, in manifest order
  std::int64_t k = 0;         ///< step index, 0-based
};

/// One argument of --data: "DIR" or "DIR:weight". A colon without a number after it is part of the name.
struct WeightedFolder {
  std::string folder;
  double weight = 1;
};
WeightedFolder parse_folder(const std::string& word);  ///< BadOption for a weight that is not positive

/// The instances of one split. In memory it keeps 16 bytes per solution and a few open files; texts are read
/// on demand. Folders are "DIR" or "DIR:weight": an instance of weight w is drawn w times per epoch (on
/// average, if w is not a whole number). With `answered`, only solutions with a final answer count, because
/// an outcome cannot be graded without one.
class Dataset {
 public:
  /// Throws BadOption for a weight that is not positive, and BadInput as read_manifest, verify_shards and
  /// ShardReader do.
  Dataset(const std::vector<std::string>& folders, Split split, const InstanceOptions& options,
          bool answered = false);
  /// The same of folders that were scanned before, so that two splits need one scan.
  Dataset(const std::vector<ScannedFolder>& folders, Split split, const InstanceOptions& options,
          bool answered = false);
  std::int64_t size() const;                         ///< instances
  std::int64_t epoch_draws() const;                  ///< draws of one epoch: size() when all weights are 1
  std::int64_t left_out() const;                     ///< solutions skipped by `answered`
  InstanceKey key(std::int64_t index) const;         ///< index in [0, size())
  std::int64_t index(const InstanceKey& key) const;  ///< of this instance; the inverse of key()
  Solution solution(std::int64_t number) const;      ///< read from its shard, unless it is held
  /// A rank's share [first, last) of `count` things in the order of instances, if `ranks` read them. At most
  /// `per_shard` ranks read one shard (on average): more would only open it more often. Ranks may get
  /// nothing.
  std::pair<std::int64_t, std::int64_t> share(std::int64_t count, int rank, int ranks,
                                              std::int64_t per_shard) const;
  /// The first `count` solutions (all, if there are fewer) as one text, which hold() takes in another
  /// process. From then on these solutions are read from memory.
  std::string packed(std::int64_t count) const;
  void hold(const std::string& packed);
  /// The instance at position `draw` of the endless order: epoch = draw / epoch_draws(), with one permutation
  /// per epoch from the seed.
  InstanceKey draw(std::uint64_t seed, std::int64_t draw) const;
  /// An object: the checksum of each shard by its path.
  const Json& shard_checksums() const { return shard_checksums_; }
  std::string fingerprint() const;  ///< checksum of shard checksums, weights and split, compared at a resume

 private:
  /// One folder's range of instances, and its range of an epoch's draws.
  struct Part {
    std::int64_t first = 0, size = 0, first_draw = 0, draws = 0;
  };

  /// Where a solution is stored. Nothing else of it is kept in memory.
  struct Place {
    std::uint32_t shard = 0, row = 0;
  };
  struct OpenShards;

  std::vector<std::filesystem::path> shards_;
  std::vector<Place> places_;
  std::vector<Solution> held_;  ///< the first solutions
  std::vector<std::int64_t> first_key_{
      0};                        ///< solution i has the instances [first_key_[i], first_key_[i + 1])
  std::int64_t first_step_ = 0;  ///< step index of every solution's first instance
  std::shared_ptr<OpenShards> open_;
  std::vector<Part> parts_;
  std::int64_t epoch_draws_ = 0, left_out_ = 0;
  std::string fingerprint_;
  Json shard_checksums_ = Json::object();
};

}  // namespace srl::trajectory
