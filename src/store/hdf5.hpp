#pragma once
// HDF5 behind a small typed layer: serial, one writer a file, whole or absent. hid_t stays inside this room's
// .cpp files. Debian's library is not thread-safe: every call goes through one process-wide lock, so any
// thread may use this room. Errors carry HDF5's own stack: BadInput when reading a file that is not what it
// should be, EnvironmentError when writing fails.
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/compression.hpp"

namespace srl::store {

std::string hdf5_version();  ///< "1.10.8", of the library that is loaded

/// What a dataset or its elements can be.
template <class T>
concept Element =
    std::same_as<T, std::uint8_t> || std::same_as<T, std::uint64_t> || std::same_as<T, std::int64_t> ||
    std::same_as<T, std::int32_t> || std::same_as<T, float> || std::same_as<T, double>;

/// Each dataset carries an attribute xxh3_128, computed from its elements as they go into the file
/// (little-endian, row-major) and compared whenever the dataset is read whole.
///
/// Writes FILE.partial, then close() makes it FILE (fsync, rename, fsync folder). Without close() FILE is
/// never touched. Equal content gives byte-identical files: no time stamps, fixed library options.
class Writer {
 public:
  explicit Writer(std::filesystem::path file, const Storage& storage = {});
  ~Writer();  ///< removes what was not closed
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void group(const std::string& path);  ///< "/solutions"; parents must exist
  /// A dataset of `shape` (row-major); values.size() is the product. Stored as the file's Storage says;
  /// contiguous and uncompressed by default.
  template <Element T>
  void dataset(const std::string& path, std::span<const T> values, const std::vector<std::uint64_t>& shape);
  template <Element T>
  void dataset(const std::string& path, const std::vector<T>& values) {
    dataset<T>(path, std::span<const T>(values), {values.size()});
  }
  void dataset(const std::string& path, std::string_view bytes);  ///< uint8[bytes]
  /// An attribute of the object at `path` ("/" = root).
  void attribute(const std::string& path, const std::string& name, const std::string& value);
  void attribute(const std::string& path, const std::string& name, std::int64_t value);
  void attribute(const std::string& path, const std::string& name, double value);

  /// Returns the whole file's xxh3_128 and size, read back before the file takes its name.
  struct Closed {
    std::string xxh3_128;
    std::uint64_t bytes = 0;
  };
  Closed close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads a file that exists whole. Every shape is checked before memory is allocated for it.
class Reader {
 public:
  explicit Reader(std::filesystem::path file);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool has(const std::string& path) const;
  std::vector<std::uint64_t> shape(const std::string& path) const;
  /// All elements, row-major. The stored type must be T, the checksum must fit where there is one.
  template <Element T>
  std::vector<T> dataset(const std::string& path) const;
  /// Elements from `begin` on of a one-dimensional dataset; of one with more dimensions, whole rows from row
  /// `begin` on. The checksum is compared when these are all of them.
  template <Element T>
  void slice(const std::string& path, std::uint64_t begin, std::span<T> values) const;
  std::string bytes(const std::string& path) const;  ///< of uint8[n]
  std::string text_attribute(const std::string& path, const std::string& name) const;
  std::int64_t integer_attribute(const std::string& path, const std::string& name) const;
  double real_attribute(const std::string& path, const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::store
