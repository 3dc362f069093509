#pragma once
// Reads and writes datasets in pieces of about 1 MiB: a piece is still in the processor's cache when its
// checksum is computed, and disk transfers overlap with the computation. Included only by this room's .cpp
// files.
#include <functional>
#include <vector>

#include "store/hdf5/handle.hpp"

namespace srl::store {

/// HDF5 selections of the whole rows [begin, begin + rows) of a dataset of `shape`.
struct Rows {
  Handle memory, file;
  bool valid() const { return memory.valid() && file.valid(); }
};
Rows select_rows(const Handle& set, const std::vector<std::uint64_t>& shape, std::uint64_t begin,
                 std::uint64_t rows);

/// Handles the elements [first, first + count) of the dataset, with their selections. False = the library
/// failed.
using Piece = std::function<bool(std::uint64_t first, std::uint64_t count, hid_t memory, hid_t file)>;
/// Calls `piece` for the whole dataset in order: whole rows, and whole chunks if the dataset is chunked, so
/// that no chunk is decompressed twice. Stops at the first failure and returns false.
bool in_pieces(const Handle& set, const std::vector<std::uint64_t>& shape, std::size_t element,
               const Piece& piece);

/// Asks the system to start writing the file's data to disk. Errors are ignored here; fsync reports them.
void start_writing_back(const Handle& file);

}  // namespace srl::store
