#pragma once
// Chunking and compression filters of HDF5 datasets. Included only by this room's .cpp files.
#include <hdf5.h>

#include <string>
#include <vector>

#include "store/compression.hpp"

namespace srl::store {

/// Larger chunks are refused, because a damaged header could request any amount of memory.
constexpr std::uint64_t max_chunk_bytes = 256 << 20;

/// Sets chunking and filter in `list` (a dataset-creation property list) for a dataset of `shape` with
/// elements of `element` bytes. False if the library refuses, for example because it was built without zlib.
bool set_storage(hid_t list, const Storage& storage, const std::vector<hsize_t>& shape, std::size_t element);

/// Registers the zstd filter (HDF5 filter number 32015) with the library. The lock must be held.
bool register_zstd();

}  // namespace srl::store
