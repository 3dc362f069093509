#pragma once
// The shards of data folders, verified and looked through once. Ranks share the shards out: each is read by
// one of them.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "trajectory/shard.hpp"

namespace srl::trajectory {

/// How ranks share a scan. By default one process does all.
struct Sharing {
  std::size_t rank = 0, ranks = 1;
  /// Collective: the texts of all ranks, in rank order.
  std::function<std::vector<std::string>(const std::string&)> all_gather;
  std::function<void()> tick;  ///< called now and then while shards are read
};

/// A solution's row in its shard.
struct ScannedRow {
  std::uint32_t steps = 0;
  bool validation = false, answered = false;
};

/// A folder of shards, as an argument of --data names it.
struct ScannedFolder {
  std::string folder;
  double weight = 1;
  Manifest manifest;
  std::vector<std::vector<ScannedRow>> rows;  ///< [shard][row]
};

/// Collective. Throws the same on all ranks: BadOption for a weight that is not positive, and BadInput as
/// read_manifest, verify_shards and ShardReader do.
std::vector<ScannedFolder> scan_folders(const std::vector<std::string>& folders, const Sharing& sharing = {});

}  // namespace srl::trajectory
