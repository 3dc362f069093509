// A preload library that makes the file system slow, as a busy Lustre or NFS is. It acts on files whose path
// contains SLOW_NAME:
//   SLOW_RATE=BYTES       write, writev, pwrite, pwritev, fsync and rename take their bytes / BYTES seconds
//                         more; fsync and rename count as 4096 bytes
//   SLOW_OPEN=SECONDS     each open takes so much longer
//   SLOW_HOLD=FILE        writing waits as long as FILE does not exist: a disk that hangs
// When such a file is closed after writing, a line on stderr says how long its calls took.
// Usage: LD_PRELOAD=libslow_disk.so SLOW_NAME=rank_ SLOW_RATE=5000000 JOB …
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

bool slow_path(const char* path) {
  const char* name = setting("SLOW_NAME");
  return name != nullptr && path != nullptr && std::strstr(path, name) != nullptr;
}

std::string path_of(int file) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  return ::readlink(link.c_str(), path.data(), path.size() - 1) > 0 ? path.data() : "";
}

/// Bytes written and nanoseconds spent, by file descriptor.
struct Spent {
  std::atomic<long long> bytes = 0, nanoseconds = 0;
};
std::array<Spent, 65536> spent;

Spent* spent_on(int file) {
  return file >= 0 && file < static_cast<int>(spent.size()) ? &spent[static_cast<std::size_t>(file)]
                                                            : nullptr;
}

void wait_for(std::size_t bytes) {
  if (const char* release = setting("SLOW_HOLD")) {
    while (::access(release, F_OK) != 0) { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }
  }
  const char* rate = setting("SLOW_RATE");
  if (rate == nullptr) { return; }
  std::this_thread::sleep_for(std::chrono::duration<double>(static_cast<double>(bytes) / std::atof(rate)));
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// Runs `call` on `file`, slowly if its path is one of those.
template <class Call>
auto slowly(int file, std::size_t bytes, bool counts, const Call& call) {
  if (setting("SLOW_NAME") == nullptr || !slow_path(path_of(file).c_str())) { return call(); }
  const auto begin = Clock::now();
  wait_for(bytes);
  const auto result = call();
  if (Spent* on = spent_on(file)) {
    on->nanoseconds += std::chrono::nanoseconds(Clock::now() - begin).count();
    if (counts) { on->bytes += static_cast<long long>(bytes); }
  }
  return result;
}

std::size_t total(const iovec* parts, int count) {
  std::size_t bytes = 0;
  for (int i = 0; i < count; ++i) { bytes += parts[i].iov_len; }
  return bytes;
}

void open_slowly(const char* path) {
  const char* seconds = setting("SLOW_OPEN");
  if (seconds == nullptr || !slow_path(path)) { return; }
  std::this_thread::sleep_for(std::chrono::duration<double>(std::atof(seconds)));
}

constexpr std::size_t small = 4096;

}  // namespace

extern "C" {

ssize_t write(int file, const void* data, size_t bytes) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  return slowly(file, bytes, true, [&] { return real(file, data, bytes); });
}
ssize_t writev(int file, const iovec* parts, int count) {
  static const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
  return slowly(file, total(parts, count), true, [&] { return real(file, parts, count); });
}
ssize_t pwrite(int file, const void* data, size_t bytes, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return slowly(file, bytes, true, [&] { return real(file, data, bytes, offset); });
}
ssize_t pwrite64(int file, const void* data, size_t bytes, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite64");
  return slowly(file, bytes, true, [&] { return real(file, data, bytes, offset); });
}
ssize_t pwritev(int file, const iovec* parts, int count, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const iovec*, int, off_t)>("pwritev");
  return slowly(file, total(parts, count), true, [&] { return real(file, parts, count, offset); });
}
int fsync(int file) {
  static const auto real = next<int (*)(int)>("fsync");
  return slowly(file, small, false, [&] { return real(file); });
}
int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  if (slow_path(from) || slow_path(to)) { wait_for(small); }
  return real(from, to);
}
int open(const char* path, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  va_list arguments;
  va_start(arguments, flags);
  const unsigned mode = va_arg(arguments, unsigned);
  va_end(arguments);
  open_slowly(path);
  return real(path, flags, mode);
}
/// The same call: on 64-bit machines both names have one implementation.
int open64(const char* path, int flags, ...) __attribute__((alias("open")));
int close(int file) {
  static const auto real = next<int (*)(int)>("close");
  Spent* on = spent_on(file);
  const long long bytes = on != nullptr ? on->bytes.exchange(0) : 0;
  if (bytes > 0) {
    std::fprintf(stderr, "[slow disk: %s: %lld bytes in %.3f s]\n", path_of(file).c_str(), bytes,
                 static_cast<double>(on->nanoseconds.exchange(0)) * 1e-9);
  }
  return real(file);
}
}
