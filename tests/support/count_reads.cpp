// A preload library that counts how often files are opened for reading, and how many bytes are read from
// them. It acts on files whose path contains COUNT_NAME. Mapped files count as read. At its end each process
// writes a line on stderr: "[reads] opens N bytes N". Usage: LD_PRELOAD=libcount_reads.so
// COUNT_NAME=/checkpoints/ JOB …
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<long long> opens = 0, bytes = 0;
std::array<std::atomic<bool>, 65536> counted;  // by file descriptor

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

bool is_counted(int file) {
  return file >= 0 && file < static_cast<int>(counted.size()) && counted[static_cast<std::size_t>(file)];
}

int opened(int file, const char* path, int flags) {
  const char* name = std::getenv("COUNT_NAME");
  if (file < 0 || file >= static_cast<int>(counted.size())) { return file; }
  const bool counts = name != nullptr && path != nullptr && std::strstr(path, name) != nullptr &&
                      (flags & O_ACCMODE) != O_WRONLY && (flags & O_DIRECTORY) == 0;
  counted[static_cast<std::size_t>(file)] = counts;
  opens += counts;
  return file;
}

ssize_t read_from(int file, ssize_t got) {
  if (got > 0 && is_counted(file)) { bytes += got; }
  return got;
}

struct Report {
  ~Report() { std::fprintf(stderr, "[reads] opens %lld bytes %lld\n", opens.load(), bytes.load()); }
} report;

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  va_list mode;
  va_start(mode, flags);
  const int file = real(path, flags, va_arg(mode, unsigned));
  va_end(mode);
  return opened(file, path, flags);
}
/// The same call: on 64-bit machines both names have one implementation.
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
FILE* fopen(const char* path, const char* mode) {
  static const auto real = next<FILE* (*)(const char*, const char*)>("fopen");
  FILE* file = real(path, mode);
  if (file != nullptr) { opened(::fileno(file), path, mode[0] == 'r' ? O_RDONLY : O_WRONLY); }
  return file;
}
FILE* fopen64(const char* path, const char* mode) __attribute__((alias("fopen")));
ssize_t read(int file, void* data, size_t count) {
  static const auto real = next<ssize_t (*)(int, void*, size_t)>("read");
  return read_from(file, real(file, data, count));
}
ssize_t pread(int file, void* data, size_t count, off_t offset) {
  static const auto real = next<ssize_t (*)(int, void*, size_t, off_t)>("pread");
  return read_from(file, real(file, data, count, offset));
}
ssize_t pread64(int file, void* data, size_t count, off_t offset) __attribute__((alias("pread")));
void* mmap(void* place, size_t length, int protection, int flags, int file, off_t offset) {
  static const auto real = next<void* (*)(void*, size_t, int, int, int, off_t)>("mmap");
  if (is_counted(file)) { bytes += static_cast<long long>(length); }
  return real(place, length, protection, flags, file, offset);
}
void* mmap64(void* place, size_t length, int protection, int flags, int file, off_t offset)
    __attribute__((alias("mmap")));
}
