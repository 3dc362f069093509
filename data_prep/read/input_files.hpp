#pragma once
// The files that --input means.
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
  std::string name, source;  ///< its last part; that without endings
  std::uint64_t bytes = 0;   ///< as it lies on disk
  std::string xxh3_128;
  Packing packing = Packing::plain;
  Form form = Form::lines;
  /// Whether its rows can be found from any byte on.
  bool divisible() const { return packing == Packing::plain && form == Form::lines; }
};

/// Files, folders (their files with a usual ending, and those in folders below) and globs, in the order given
/// and sorted within one word; no file twice. BadInput for what does not exist or gives nothing.
std::vector<std::filesystem::path> expand_inputs(const std::vector<std::string>& words);

/// Collective. What root finds; every rank checksums its share.
std::vector<InputFile> describe_inputs(const std::vector<std::string>& words,
                                       const comm::Communicator& world);

}  // namespace srl::data_prep
