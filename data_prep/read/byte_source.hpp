#pragma once
// Reads the bytes of an input file in order: as they are, or decompressed from gzip or zstd. Memory does not
// grow with the file.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace srl::data_prep {

enum class Packing { plain, gzip, zstd };

/// Detected from the file's first bytes. EnvironmentError when the file cannot be read.
Packing packing_of(const std::filesystem::path& file);

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Reads 1 to `size` bytes and returns their number; 0 at the end. If the rest cannot be decompressed, the
  /// result is 0 too, and fault() says why. EnvironmentError when reading fails.
  virtual std::size_t read(char* into, std::size_t size) = 0;
  /// "truncated" or "damaged"; empty when there is no fault.
  const std::string& fault() const { return fault_; }

 protected:
  std::string fault_;
};

/// `begin`: byte where reading starts; must be 0 for a compressed file.
std::unique_ptr<ByteSource> open_source(const std::filesystem::path& file, Packing packing,
                                        std::uint64_t begin = 0);
/// Reads from a text in memory, which must outlive the source.
std::unique_ptr<ByteSource> text_source(std::string_view text);

}  // namespace srl::data_prep
