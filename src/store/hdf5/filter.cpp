#include "store/hdf5/filter.hpp"

#include <zstd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::store {
namespace {

constexpr H5Z_filter_t zstd_number =
    32015;  // registered in https://github.com/HDFGroup/hdf5_plugins; h5py reads it with hdf5plugin
constexpr int zstd_level = 3;
constexpr unsigned gzip_level = 4;

/// HDF5 calls it for each chunk, to compress and to decompress. Returns 0 on failure. The library owns the
/// returned buffer.
std::size_t zstd_filter(unsigned flags, std::size_t, const unsigned*, std::size_t bytes,
                        std::size_t* capacity, void** buffer) {
  const bool reading = (flags & H5Z_FLAG_REVERSE) != 0;
  std::size_t room = ZSTD_compressBound(bytes);
  if (reading) {
    const unsigned long long size = ZSTD_getFrameContentSize(*buffer, bytes);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > max_chunk_bytes) {
      return 0;
    }
    room = size;
  }
  void* result = H5allocate_memory(std::max<std::size_t>(room, 1), false);
  if (result == nullptr) { return 0; }
  const std::size_t used = reading ? ZSTD_decompress(result, room, *buffer, bytes)
                                   : ZSTD_compress(result, room, *buffer, bytes, zstd_level);
  if (ZSTD_isError(used) != 0) {
    H5free_memory(result);
    return 0;
  }
  H5free_memory(*buffer);
  *buffer = result;
  *capacity = room;
  return used;
}

}  // namespace

bool register_zstd() {
  const H5Z_class2_t filter{H5Z_CLASS_T_VERS, zstd_number, 1, 1, "zstd", nullptr, nullptr, zstd_filter};
  return H5Zregister(&filter) >= 0;
}

bool set_storage(hid_t list, const Storage& storage, const std::vector<hsize_t>& shape, std::size_t element) {
  const bool empty = shape.empty() || std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end();
  if (empty || (!storage.chunked && storage.compression == Compression::none)) {
    return true;  // contiguous
  }
  std::vector<hsize_t> chunk = shape;
  std::uint64_t row = element;
  for (std::size_t d = 1; d < shape.size(); ++d) { row *= shape[d]; }
  chunk[0] = std::clamp<hsize_t>(storage.chunk_bytes / row, 1, shape[0]);
  if (chunk[0] * row > max_chunk_bytes || H5Pset_chunk(list, std::ssize(chunk), chunk.data()) < 0) {
    return false;
  }
  if (storage.compression == Compression::gzip) {
    return H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0 && H5Pset_deflate(list, gzip_level) >= 0;
  }
  if (storage.compression == Compression::zstd) {
    return H5Pset_filter(list, zstd_number, H5Z_FLAG_MANDATORY, 0, nullptr) >= 0;
  }
  return true;
}

}  // namespace srl::store
