#pragma once
// Chunks and their filters in HDF5's terms; included only by this room's .cpp files.
#include <hdf5.h>

#include <string>
#include <vector>

#include "store/compression.hpp"

namespace srl::store {

/// Chunks larger than this are not ours: a damaged header could ask for any amount of memory.
constexpr std::uint64_t max_chunk_bytes = 256 << 20;

/// Chunking and filter of a dataset of `shape` with elements of `element` bytes, put into `list` (a
/// dataset-creation property list). False when the library refuses, for instance because it was built without
/// zlib.
bool set_storage(hid_t list, const Storage& storage, const std::vector<hsize_t>& shape, std::size_t element);

/// Makes the zstd filter (HDF5's registered number 32015) known to the library; the lock must be held.
bool register_zstd();

}  // namespace srl::store
