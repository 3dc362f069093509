#pragma once
// What store::Reader holds: the open file and its checks. Included only by reader.cpp. The lock must be held.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "store/hdf5.hpp"
#include "store/hdf5/filter.hpp"
#include "store/hdf5/handle.hpp"
#include "store/hdf5/pieces.hpp"

namespace srl::store {

struct Reader::Impl {
  std::filesystem::path file;
  std::uint64_t file_bytes = 0;
  Handle handle;
  /// Datasets that slices were read from. HDF5 keeps the last chunk of an open dataset; closed after each
  /// slice, the next one would read and decompress the whole chunk again.
  std::map<std::string, Handle> sliced;

  [[noreturn]] void fail(const std::string& what) const { throw BadInput(cat(file.string(), ": ", what)); }
  Handle checked(hid_t id, Handle::Close close, const std::string& what) const {
    if (id < 0) { fail(cat(what, " cannot be read: ", error_stack())); }
    return Handle(id, close);
  }
  Handle open_dataset(const std::string& path) const {
    return checked(H5Dopen2(handle.get(), path.c_str(), H5P_DEFAULT), H5Dclose, "dataset " + path);
  }
  const Handle& keep_open(const std::string& path) {
    const auto found = sliced.find(path);
    return found != sliced.end() ? found->second : sliced.emplace(path, open_dataset(path)).first->second;
  }
  std::vector<std::uint64_t> extent(const Handle& set, const std::string& path) const {
    const Handle space = checked(H5Dget_space(set.get()), H5Sclose, path);
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 0) { fail(path + " has a shape that cannot be read"); }
    std::vector<hsize_t> shape(rank);
    if (rank > 0) { H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr); }
    return {shape.begin(), shape.end()};
  }
  /// The stored type must be T, because a silent conversion would hide a wrong file.
  template <class T>
  void expect_type(const Handle& set, const std::string& path) const {
    const Handle type = checked(H5Dget_type(set.get()), H5Tclose, path);
    if (H5Tequal(type.get(), element_types<T>().file) <= 0) {
      fail(path + " has another element type than expected");
    }
  }
  /// A wrong header may declare any size. The declared size must fit into the file, or into the chunks that
  /// the file has.
  std::uint64_t checked_count(const Handle& set, std::size_t element, const std::string& path) const {
    const std::vector<std::uint64_t> shape = extent(set, path);
    std::uint64_t most = file_bytes / element;
    if (const Handle list = checked(H5Dget_create_plist(set.get()), H5Pclose, path);
        H5Pget_layout(list.get()) == H5D_CHUNKED) {
      most = most_in_chunks(set, list, shape.size(), element, path);
    }
    std::uint64_t count = 1;
    for (std::uint64_t n : shape) {
      if (n != 0 && count > most / n) {
        fail(cat(path,
                 " declares more elements than the file can hold; the file may be truncated or damaged"));
      }
      count *= n;
    }
    return count;
  }
  std::uint64_t most_in_chunks(const Handle& set, const Handle& list, std::size_t rank, std::size_t element,
                               const std::string& path) const {
    std::vector<hsize_t> chunk(rank, 1);
    hsize_t chunks = 0;
    const Handle space = checked(H5Dget_space(set.get()), H5Sclose, path);
    if (rank == 0 ||
        H5Pget_chunk(list.get(), static_cast<int>(rank), chunk.data()) != static_cast<int>(rank) ||
        H5Dget_num_chunks(set.get(), space.get(), &chunks) < 0) {
      fail(cat(path, " has unreadable chunks: ", error_stack()));
    }
    std::uint64_t size = 1;
    for (const hsize_t n : chunk) {
      if (n == 0 || size > max_chunk_bytes / element / n) {
        fail(cat(path, " declares chunks larger than 256 MiB; the file may be damaged"));
      }
      size *= n;
    }
    if (chunks > file_bytes) {
      fail(cat(path, " declares more chunks than the file has bytes; the file may be damaged"));
    }
    return size * chunks;
  }
  /// Reads all elements in order and compares their checksum. Each piece is stored at the address that
  /// place(first element, elements) returns.
  template <class T, class Place>
  void read_whole(const Handle& set, const std::string& path, const Place& place) const {
    Checksum checksum;
    const bool read =
        in_pieces(set, extent(set, path), sizeof(T),
                  [&](std::uint64_t first, std::uint64_t elements, hid_t memory, hid_t from) {
                    T* to = place(first, elements);
                    if (H5Dread(set.get(), element_types<T>().memory, memory, from, H5P_DEFAULT, to) < 0) {
                      return false;
                    }
                    checksum.add(to, elements * sizeof(T));
                    return true;
                  });
    if (!read) { fail(cat(path, " cannot be read: ", error_stack())); }
    verify(set, checksum, path);
  }
  /// Compares with the stored checksum. Files from other programs may have none.
  void verify(const Handle& set, const Checksum& elements, const std::string& path) const {
    if (H5Aexists(set.get(), checksum_name) <= 0) { return; }
    const Handle attribute = checked(H5Aopen(set.get(), checksum_name, H5P_DEFAULT), H5Aclose, path);
    const Handle type = checked(H5Aget_type(attribute.get()), H5Tclose, path),
                 space = checked(H5Aget_space(attribute.get()), H5Sclose, path);
    std::string stored(32, '\0');
    if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0 ||
        H5Tget_size(type.get()) != stored.size() || H5Sget_simple_extent_npoints(space.get()) != 1 ||
        H5Aread(attribute.get(), type.get(), stored.data()) < 0) {
      fail(cat(path, " has an unreadable checksum: ", error_stack()));
    }
    if (elements.hex() != stored) {
      fail(cat(path, " is damaged: its elements do not have the checksum ", stored,
               " that was written with them"));
    }
  }
};

}  // namespace srl::store
