#include "base/files.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/system/descriptor.hpp"

namespace srl {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY, "cannot be read");
  std::string content;
  std::size_t used = 0;
  content.resize(file.size() + 1);  // one spare byte, so that a whole regular file ends with one short read
  for (;;) {
    const ssize_t got = ::read(file.get(), content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) { continue; }
    if (got < 0) { fail(path, "cannot be read", errno); }
    if (got == 0) { break; }
    used += got;
    if (used == content.size()) { content.resize(content.size() * 2); }
  }
  content.resize(used);
  return content;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  // The temporary name has the host and the process id, because ranks on several nodes may write the same
  // file at the same time (STATUS of a failing run).
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::filesystem::path beside =
      folder_of(path) / cat(".", path.filename().string(), ".new.", host.data(), ".", ::getpid());
  try {
    Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC, "cannot be written");
    write_all(file, beside, content);
    file.sync();
    file.close();
    if (::rename(beside.c_str(), path.c_str()) != 0) { fail(path, "cannot be replaced", errno); }
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
  fsync_folder(folder_of(path));
}

void append_line(const std::filesystem::path& path, std::string_view line) {
  Descriptor file(path, O_WRONLY | O_CREAT | O_APPEND, "cannot be appended to");
  std::string whole(line);
  whole += '\n';
  const std::size_t before = file.size();
  ssize_t written = 0;
  do { written = ::write(file.get(), whole.data(), whole.size()); } while (written < 0 && errno == EINTR);
  if (written == std::ssize(whole)) { return file.close(); }
  const int reason = written < 0 ? errno : ENOSPC;
  // Readers would take a partial line for a broken record: remove it.
  if (written > 0 && ::ftruncate(file.get(), before) != 0) {
    fail(path, "the last line is incomplete and cannot be removed", errno);
  }
  fail(path, "cannot be appended to", reason);
}

void fsync_file(const std::filesystem::path& path) {
  Descriptor(path, O_RDONLY, "cannot be opened").sync();
}

void fsync_folder(const std::filesystem::path& path) {
  const Descriptor folder(path, O_RDONLY | O_DIRECTORY, "cannot be opened as a folder");
  // Some network file systems refuse fsync on folders with EINVAL, which is not a failure.
  if (::fsync(folder.get()) != 0 && errno != EINVAL) {
    fail(path, "cannot be flushed to disk (fsync)", errno);
  }
}

void make_folders(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw EnvironmentError(cat(path.string(), ": the folder cannot be created: ", error.message()));
  }
  if (!std::filesystem::is_directory(path, error)) {
    throw EnvironmentError(cat(path.string(), ": is not a folder"));
  }
}

std::uint64_t free_bytes(const std::filesystem::path& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) { fail(path, "the free space cannot be read (statvfs)", errno); }
  return std::uint64_t{info.f_bavail} * info.f_frsize;
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor file(path, O_RDONLY, "cannot be read");
  size_ = file.size();
  if (size_ == 0) {
    return;  // mmap refuses empty ranges
  }
  data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data_ == MAP_FAILED) {
    data_ = nullptr;
    fail(path, "cannot be memory-mapped (mmap)", errno);
  }
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) { ::munmap(data_, size_); }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

}  // namespace srl
