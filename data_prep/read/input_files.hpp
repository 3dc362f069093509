#pragma once
// The input files that --input names.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "data_prep/read/byte_source.hpp"
#include "data_prep/read/row_reader.hpp"

namespace srl::data_prep {

struct InputFile {
  std::filesystem::path path;
  std::string name, source;  ///< name: the last part of the path; source: the name without endings
  std::uint64_t bytes = 0;   ///< size on disk
  std::string xxh3_128;
  Packing packing = Packing::plain;
  Form form = Form::lines;
  char separator = '\0';  ///< of a table (CSV, TSV), whose records are read as JSON lines
  /// Whether rows can be read from any byte offset.
  bool divisible() const { return packing == Packing::plain && form == Form::lines && separator == '\0'; }
};

/// The file without its checksum. BadInput that names the kind of a file that is not input (file_kind.hpp).
InputFile described(const std::filesystem::path& path);

/// Reads a file's rows in order: all of them, or of a divisible file those that begin in [begin, end).
RowReader row_reader(const InputFile& file, std::size_t longest, std::uint64_t begin = 0,
                     std::uint64_t end = ~std::uint64_t{0});

/// Expands files, folders (their files with a usual ending, subfolders included) and globs. The files keep
/// the order of the arguments and are sorted within one argument; no file occurs twice. BadInput when an
/// argument does not exist or matches nothing.
std::vector<std::filesystem::path> expand_inputs(const std::vector<std::string>& words);

/// Collective. Rank 0 expands the arguments; every rank computes the checksums of its share of the files.
std::vector<InputFile> describe_inputs(const std::vector<std::string>& words,
                                       const comm::Communicator& world);

}  // namespace srl::data_prep
