#pragma once
// The shard format (DESIGN, Edges: format "srl-shard" version 1): one heap of UTF-8 text and rows that point into it.
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

/// Writes one shard file (whole or absent). Byte-identical for equal solutions.
void write_shard(const std::filesystem::path& file, const std::vector<Solution>& solutions);
/// Reads and checks a whole shard: BadInput naming the dataset that is missing, ill-typed or points outside the heap.
std::vector<Solution> read_shard(const std::filesystem::path& file);

struct ShardInfo {
  std::string file;           ///< relative to the data folder: "shards/shard_00000.h5"
  std::uint64_t bytes = 0;
  std::string xxh3_128;
  std::uint64_t solutions = 0, steps = 0;
};
struct Manifest {
  std::vector<ShardInfo> shards;
  Json counts, inputs, options;
  std::string code_version;
};
void write_manifest(const std::filesystem::path& data_folder, const Manifest& manifest);
/// BadInput when the folder has no manifest (unfinished), another format version, or no solutions.
Manifest read_manifest(const std::filesystem::path& data_folder);
/// Checks size and checksum of every shard against the manifest.
void verify_shards(const std::filesystem::path& data_folder, const Manifest& manifest);

}  // namespace srl::trajectory
