#pragma once
// Datasets in pieces of about a MiB: what comes from or goes to the disk is still in the processor's cache
// when its checksum is computed, and the disk works meanwhile. Included only by this room's .cpp files.
#include <functional>
#include <vector>

#include "store/hdf5/handle.hpp"

namespace srl::store {

/// Whole rows [begin, begin + rows) of a dataset of `shape`, as the library selects them.
struct Rows {
  Handle memory, file;
  bool valid() const { return memory.valid() && file.valid(); }
};
Rows select_rows(const Handle& set, const std::vector<std::uint64_t>& shape, std::uint64_t begin,
                 std::uint64_t rows);

/// Elements [first, first + count) of the dataset and their selections; false = the library refused.
using Piece = std::function<bool(std::uint64_t first, std::uint64_t count, hid_t memory, hid_t file)>;
/// All of a dataset in order: whole rows, and whole chunks where it is chunked, so that none is decompressed
/// twice. Stops at the first refusal and returns false.
bool in_pieces(const Handle& set, const std::vector<std::uint64_t>& shape, std::size_t element,
               const Piece& piece);

/// Lets the system begin to bring to disk what was written to the file so far; errors are left for fsync to
/// tell.
void start_writing_back(const Handle& file);

}  // namespace srl::store
