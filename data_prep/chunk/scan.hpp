#pragma once
// Pass 1: turns every row of every input file into chunk files. Each chunk is made by one rank.
#include <filesystem>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "data_prep/chunk/row_rules.hpp"
#include "data_prep/read/input_files.hpp"

namespace srl::data_prep {

struct ScanOptions {
  /// Unpacked input bytes per chunk; the shards do not depend on it.
  std::uint64_t chunk_bytes = std::uint64_t{8} << 20;
  std::uint64_t longest_row = std::uint64_t{32} << 20;  ///< bytes; longer rows are rejected without parsing
};

/// Collective, without a barrier at the end. Complete chunk files of an earlier run are kept. A file that can
/// only be read from its beginning (compressed, or one JSON value) is read by every rank, and each rank
/// processes its share of the rows. With many such files, each is read by one rank.
void scan(const std::vector<InputFile>& files, const RowRules& rules, const ScanOptions& options,
          const std::filesystem::path& work, const comm::Communicator& world, comm::Watchdog& watchdog);

/// All chunks in the order of the input, after the scan.
struct Chunks {
  std::vector<std::filesystem::path> paths;
  std::vector<ChunkHeader> headers;
  std::vector<std::int64_t> first_lines;  ///< 1-based line of the file that line 0 of a record stands for
  std::uint64_t rows = 0;
  std::size_t size() const { return paths.size(); }
  ChunkReader open(std::size_t chunk) const { return ChunkReader(paths[chunk], false); }
};
Chunks list_chunks(const std::filesystem::path& work, std::size_t files);

}  // namespace srl::data_prep
