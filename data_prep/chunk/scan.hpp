#pragma once
// Pass 1: every row of every file into chunk files, each chunk by one rank.
#include <filesystem>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "data_prep/chunk/row_rules.hpp"
#include "data_prep/read/input_files.hpp"

namespace srl::data_prep {

struct ScanOptions {
  std::uint64_t chunk_bytes = std::uint64_t{8}
                              << 20;  ///< unpacked input a chunk; the shards do not depend on it
  std::uint64_t longest_row = std::uint64_t{32} << 20;  ///< bytes; longer ones are rejected unread
};

/// Collective, without a barrier at the end. Chunks that are there already, whole, are not made again. A file
/// that cannot be entered at any byte (packed, or one JSON value) is read by every rank, which then works on
/// its share of the rows; where there are many such files, each has one rank.
void scan(const std::vector<InputFile>& files, const RowRules& rules, const ScanOptions& options,
          const std::filesystem::path& work, const comm::Communicator& world, comm::Watchdog& watchdog);

/// All chunks in the order of the input, after the scan.
struct Chunks {
  std::vector<std::filesystem::path> paths;
  std::vector<ChunkHeader> headers;
  std::vector<std::int64_t> first_lines;  ///< 1-based line of the file that a record's line 0 means
  std::uint64_t rows = 0;
  std::size_t size() const { return paths.size(); }
  ChunkReader open(std::size_t chunk) const { return ChunkReader(paths[chunk], false); }
};
Chunks list_chunks(const std::filesystem::path& work, std::size_t files);

}  // namespace srl::data_prep
