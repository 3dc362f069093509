#pragma once
// The safetensors file format: 8 bytes little-endian header length, a JSON header {name: {dtype, shape,
// data_offsets}}, the data. Reading uses a memory map and checks every field. Writing streams tensors; the
// file is either complete or absent.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "base/not_copied.hpp"

namespace srl::model {

struct SafetensorsEntry {
  std::string name;
  std::string dtype;  ///< "F32", "BF16", ...
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;  ///< byte offsets in the data part
};

class SafetensorsFile {
 public:
  /// BadInput naming file (and tensor) for: a header longer than the file or 100 MB, invalid JSON or fields,
  /// an unknown dtype, a shape that does not match its number of bytes, overlapping tensors, gaps, or tensors
  /// that end before or after the file's end.
  explicit SafetensorsFile(const std::filesystem::path& path);
  const std::filesystem::path& path() const { return path_; }
  const std::vector<SafetensorsEntry>& entries() const { return entries_; }  ///< in the order of their bytes
  const SafetensorsEntry* find(std::string_view name) const;
  std::string_view bytes(const SafetensorsEntry& entry) const {
    return data_.substr(entry.begin, entry.end - entry.begin);
  }

 private:
  std::filesystem::path path_;
  MappedFile file_;
  std::string_view data_;
  std::vector<SafetensorsEntry> entries_;
};

/// Bytes of one element of a safetensors dtype, 0 when unknown.
std::uint64_t safetensors_element_bytes(std::string_view dtype);

/// Writes a file tensor by tensor. `entries` need name, dtype and shape; offsets are set here.
/// EnvironmentError on a full disk.
class SafetensorsWriter : NotCopied {
 public:
  SafetensorsWriter(const std::filesystem::path& path, std::vector<SafetensorsEntry> entries);
  ~SafetensorsWriter();  ///< removes the partial file unless finish() was called
  void write(const void* data,
             std::size_t bytes);  ///< the tensors' bytes in order, in pieces of any size
  void finish();                  ///< fsync and rename; Bug when bytes are missing

 private:
  std::filesystem::path path_, partial_;
  int descriptor_ = -1;
  std::uint64_t left_ = 0;
};

}  // namespace srl::model
