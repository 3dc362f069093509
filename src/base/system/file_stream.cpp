#include "base/file_stream.hpp"

#include <fcntl.h>

#include <algorithm>

#include "base/checksum.hpp"
#include "base/system/descriptor.hpp"

namespace srl {
namespace {

/// One system call, and one step of the checksum: the bytes are still in the cache for the second one.
constexpr std::size_t piece_bytes = 1 << 20;
/// Writing to disk starts after each block of this many bytes, instead of only at the final fsync.
constexpr std::uint64_t write_back_bytes = 8 << 20;

}  // namespace

struct FileWriter::Impl {
  std::filesystem::path path;
  Descriptor file;
  Checksum checksum;
  std::uint64_t bytes = 0, unstarted = 0;
};

FileWriter::FileWriter(std::filesystem::path path) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC, "cannot be written");
  impl_.reset(new Impl{.path = std::move(path), .file = std::move(file), .checksum = {}});
}

FileWriter::~FileWriter() = default;

void FileWriter::write(const void* data, std::size_t bytes) {
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const std::size_t piece = std::min(bytes, piece_bytes);
    write_all(impl_->file, impl_->path, {from, piece});
    impl_->checksum.add(from, piece);
    impl_->bytes += piece;
    impl_->unstarted += piece;
    if (impl_->unstarted >= write_back_bytes) {
      ::sync_file_range(impl_->file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);  // fsync reports its errors
      impl_->unstarted = 0;
    }
    from += piece;
    bytes -= piece;
  }
}

FileWriter::Finished FileWriter::finish() {
  impl_->file.sync();
  impl_->file.close();
  return {impl_->checksum.hex(), impl_->bytes};
}

struct FileReader::Impl {
  std::filesystem::path path;
  Descriptor file;
  std::uint64_t size = 0;
};

FileReader::FileReader(std::filesystem::path path) {
  Descriptor file(path, O_RDONLY, "cannot be read");
  const std::uint64_t size = file.size();
  impl_.reset(new Impl{.path = std::move(path), .file = std::move(file), .size = size});
}

FileReader::~FileReader() = default;

std::uint64_t FileReader::size() const {
  return impl_->size;
}

void FileReader::read(std::uint64_t offset, void* data, std::size_t bytes) const {
  char* to = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = ::pread(impl_->file.get(), to, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) { continue; }
    if (got < 0) { fail(impl_->path, "cannot be read", errno); }
    if (got == 0) { throw BadInput(cat(impl_->path.string(), ": ends too early: it is truncated")); }
    to += got;
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::size_t>(got);
  }
}

}  // namespace srl
