#pragma once
// HDF5 behind a small typed layer. How data passes through this room:
//   arrays and attributes → Writer → a file beside it → close(): read back, compute the checksum, rename to
//   FILE FILE → Reader → check shapes and checksums → arrays many such files → complete_folder.hpp: a folder
//   that is complete or absent
// One writer per file, no parallel HDF5. hid_t appears only in this room's .cpp files. Debian's library is
// not thread-safe, so every call holds one process-wide lock, and any thread may use this room. Errors
// include HDF5's error stack: BadInput if the content of a file is wrong, EnvironmentError if writing fails.
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/not_copied.hpp"
#include "store/compression.hpp"

namespace srl::store {

std::string hdf5_version();  ///< version of the loaded library, "1.10.8"

/// The element types of datasets.
template <class T>
concept Element =
    std::same_as<T, std::uint8_t> || std::same_as<T, std::uint64_t> || std::same_as<T, std::int64_t> ||
    std::same_as<T, std::int32_t> || std::same_as<T, float> || std::same_as<T, double>;

/// Writes a file beside FILE, which close() renames to FILE (fsync, rename, fsync the folder). Without
/// close(), FILE is never touched. Equal content gives byte-identical files: no time stamps, fixed library
/// options.
///
/// Each dataset has an attribute xxh3_128, the checksum of its elements as stored (little-endian, row-major).
/// It is compared whenever the whole dataset is read.
class Writer : NotCopied {
 public:
  explicit Writer(std::filesystem::path file, const Storage& storage = {});
  ~Writer();  ///< removes the file beside FILE if close() was not called

  void group(const std::string& path);  ///< "/solutions"; parents must exist
  /// A dataset of `shape` (row-major). values.size() is the product of the shape. Stored as the file's
  /// Storage says: contiguous and uncompressed by default.
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

  /// The whole file's xxh3_128 and size, read back before the file is renamed.
  struct Closed {
    std::string xxh3_128;
    std::uint64_t bytes = 0;
  };
  Closed close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads a complete file. Every shape is checked before memory is allocated for it.
class Reader : NotCopied {
 public:
  explicit Reader(std::filesystem::path file);
  ~Reader();

  bool has(const std::string& path) const;
  std::vector<std::uint64_t> shape(const std::string& path) const;
  /// All elements, row-major. The stored type must be T, and the checksum must match if there is one.
  template <Element T>
  std::vector<T> dataset(const std::string& path) const;
  /// Reads the elements from index `begin` of a one-dimensional dataset, or the whole rows from row `begin`
  /// of one with more dimensions. The checksum is compared only if all rows are read.
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
