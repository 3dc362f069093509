#pragma once
// The shard format (docs/data-formats.md: format "srl-shard" version 1): one heap of UTF-8 text, and rows
// with offsets into it.
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "store/hdf5.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

/// Builds a shard text by text, without Solution objects.
class ShardBuilder {
 public:
  using Text = std::optional<std::string_view>;
  ShardBuilder();
  void solution(std::string_view id, std::string_view source, std::string_view domain,
                std::string_view question, Text reasoning, Text answer, Split split);
  /// A step of the solution added last.
  void step(Text title, Text thought, std::string_view action, Text observation);
  std::uint64_t solutions() const { return split_.size(); }
  std::uint64_t steps() const { return first_step_.back(); }
  void clear();
  /// Writes the file atomically. Equal texts and storage give byte-identical files. Returns checksum and
  /// size.
  store::Writer::Closed write(const std::filesystem::path& file, const store::Storage& storage = {}) const;

 private:
  using Column = std::vector<std::uint64_t>;  // (offset, length) pairs
  void put(Text text, Column& column);
  std::string heap_;
  std::array<Column, 6> solution_columns_;  // id source domain question reasoning answer
  std::array<Column, 4> step_columns_;      // title thought action observation
  Column first_step_;
  std::vector<std::uint8_t> split_;
};

/// Writes one shard file atomically. Equal solutions give byte-identical files.
void write_shard(const std::filesystem::path& file, const std::vector<Solution>& solutions);
/// Reads and checks a whole shard. Throws BadInput with the dataset that is missing, has a wrong type or
/// points outside the heap.
std::vector<Solution> read_shard(const std::filesystem::path& file);

struct ShardInfo {
  std::string file;  ///< relative to the data folder: "shards/shard_00000.h5"
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
/// Throws BadInput if the folder has no manifest (unfinished), another format version, no shards, or lists a
/// file twice.
Manifest read_manifest(const std::filesystem::path& data_folder);
/// The same in two steps, for ranks that share the reading: the file's text, and what it says.
std::string manifest_text(const std::filesystem::path& data_folder);
Manifest parse_manifest(const std::filesystem::path& data_folder, const std::string& text);
/// Checks size and checksum of a shard. `tick` is called now and then.
void verify_shard(const std::filesystem::path& data_folder, const ShardInfo& shard,
                  const std::function<void()>& tick = {});
/// Checks size and checksum of every shard against the manifest.
void verify_shards(const std::filesystem::path& data_folder, const Manifest& manifest);
/// BadInput when the manifest's numbers for a shard differ from what the file holds.
void check_counts(const std::filesystem::path& file, const ShardInfo& listed, std::uint64_t solutions,
                  std::uint64_t steps);
/// BadInput when counts.kept, train, validation or instances, where the manifest has them, differ from what
/// its shards hold.
void check_totals(const std::filesystem::path& data_folder, const Manifest& manifest, std::int64_t train,
                  std::int64_t validation);

}  // namespace srl::trajectory
