#pragma once
// An open file with errors that name its path. Only for .cpp files of this room.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"

namespace srl {

[[noreturn]] inline void fail(const std::filesystem::path& path, std::string_view what, int reason) {
  throw EnvironmentError(cat(path.string(), ": ", what, ": ", reason_of(reason)));
}

/// An open file. close() reports errors, because a network file system may report a failed write only there.
/// The destructor ignores errors.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, std::string_view what) : path_(path) {
    do { file_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666); } while (file_ < 0 && errno == EINTR);
    if (file_ < 0) { fail(path, what, errno); }
  }
  ~Descriptor() {
    if (file_ >= 0) { ::close(file_); }
  }
  Descriptor(Descriptor&& other) noexcept
      : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return file_; }
  void close() {
    if (::close(std::exchange(file_, -1)) != 0 && errno != EINTR) {
      fail(path_, "cannot be closed after writing", errno);
    }
  }
  void sync() const {
    if (::fsync(file_) != 0) { fail(path_, "cannot be flushed to disk (fsync)", errno); }
  }
  std::size_t size() const {
    struct stat info{};
    if (::fstat(file_, &info) != 0) { fail(path_, "the file size cannot be read (fstat)", errno); }
    return info.st_size;
  }

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

inline void write_all(const Descriptor& file, const std::filesystem::path& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) { continue; }
    if (written < 0) { fail(path, "cannot be written", errno); }
    content.remove_prefix(written);
  }
}

}  // namespace srl
