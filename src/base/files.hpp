#pragma once
// Atomic file writes: write a temporary file in the same folder, fsync it, rename it, fsync the folder. All
// errors are EnvironmentError with path and reason.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace srl {

std::string read_file(const std::filesystem::path& path);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);
void append_line(const std::filesystem::path& path,
                 std::string_view line);  ///< one write(2) with the newline
void fsync_file(const std::filesystem::path& path);
void fsync_folder(const std::filesystem::path& path);
void make_folders(const std::filesystem::path& path);
std::uint64_t free_bytes(const std::filesystem::path& path);

/// A read-only memory map of a whole file.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace srl
