#pragma once
// A data folder as srl_prep writes it.
#include <filesystem>
#include <vector>

#include "base/checksum.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "trajectory/shard.hpp"

namespace srl::test {

/// One shard for each list of solutions.
inline void write_data_folder(const std::filesystem::path& folder,
                              const std::vector<std::vector<trajectory::Solution>>& shards) {
  make_folders(folder / "shards");
  trajectory::Manifest manifest;
  for (const auto& solutions : shards) {
    const std::string file = cat("shards/shard_", zero_padded(std::ssize(manifest.shards), 5), ".h5");
    trajectory::write_shard(folder / file, solutions);
    std::uint64_t steps = 0;
    for (const trajectory::Solution& solution : solutions) { steps += solution.steps.size(); }
    manifest.shards.push_back({file, std::filesystem::file_size(folder / file),
                               file_checksum((folder / file).string()), solutions.size(), steps});
  }
  manifest.counts = manifest.options = Json::object();
  manifest.inputs = Json::array();
  manifest.code_version = "test";
  trajectory::write_manifest(folder, manifest);
}

}  // namespace srl::test
