#pragma once
// Large files in pieces: written in order with their checksum, read from any place. These are plain system
// calls: a thread that writes holds no lock that another thread needs.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/not_copied.hpp"

namespace srl {

/// Writes a file in order. Without finish() the file is left incomplete: the caller marks what is complete.
/// All errors are EnvironmentError with path and reason.
class FileWriter : NotCopied {
 public:
  explicit FileWriter(std::filesystem::path path);  ///< replaces an old file
  ~FileWriter();

  void write(const void* data, std::size_t bytes);
  struct Finished {
    std::string xxh3_128;
    std::uint64_t bytes = 0;
  };
  /// fsync of the file and close. Checksum and size are of the bytes in memory, so a file that the disk
  /// changed does not match them.
  Finished finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads parts of a file. EnvironmentError when it cannot be read, BadInput when it ends too early.
class FileReader : NotCopied {
 public:
  explicit FileReader(std::filesystem::path path);
  ~FileReader();

  std::uint64_t size() const;
  void read(std::uint64_t offset, void* data, std::size_t bytes) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl
