#pragma once
// Bytes of an input file one after another: as they are, or out of gzip or zstd. Memory does not grow with
// the file.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace srl::data_prep {

enum class Packing { plain, gzip, zstd };

/// By the file's first bytes. EnvironmentError when it cannot be read.
Packing packing_of(const std::filesystem::path& file);

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// At most `size` bytes (more than none); 0 at the end, also where the rest cannot be unpacked: then
  /// fault() says why. EnvironmentError when reading fails.
  virtual std::size_t read(char* into, std::size_t size) = 0;
  /// "truncated" or "damaged"; empty when all is well.
  const std::string& fault() const { return fault_; }

 protected:
  std::string fault_;
};

/// `begin` is a byte of the file and must be 0 unless it is plain.
std::unique_ptr<ByteSource> open_source(const std::filesystem::path& file, Packing packing,
                                        std::uint64_t begin = 0);
/// Over a text in memory, which must stay.
std::unique_ptr<ByteSource> text_source(std::string_view text);

}  // namespace srl::data_prep
