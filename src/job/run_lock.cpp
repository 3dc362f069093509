#include "job/run_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/host.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "job/launch/allocation.hpp"

namespace srl::job {

namespace fs = std::filesystem;

namespace {

/// 0, or the errno of the failed lock: EWOULDBLOCK if another process holds it.
int try_lock(int file) {
  int result = 0;
  do { result = ::flock(file, LOCK_EX | LOCK_NB); } while (result != 0 && errno == EINTR);
  return result == 0 ? 0 : errno;
}

std::string holder(const fs::path& file) {
  const std::string text = split(read_file(file), '\n').front();
  return text.empty() ? "another job" : text;
}

int lock_within(const fs::path& path, const std::string& what, int file, double patience_seconds,
                const std::function<void()>& tick) {
  const Timer waited;
  bool told = false;
  for (;;) {
    const int reason = try_lock(file);
    if (reason != EWOULDBLOCK) { return reason; }
    if (waited.seconds() >= patience_seconds) {
      throw EnvironmentError(cat(what, " is in use by ", holder(path),
                                 ": wait until it ends or use another folder; "
                                 "if you are sure that it no longer runs, remove ",
                                 path.string()));
    }
    if (!std::exchange(told, true)) {
      log_info(cat(what, " is in use by ", holder(path), ": waiting up to ", patience_seconds,
                   " s until it ends"));
    }
    if (tick) { tick(); }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

/// Writes who holds the lock, for the message of another job. This is only information, so a write error
/// (disk full) is only a warning.
void write_holder(int file) {
  const std::string job = batch_job();
  const std::string text = cat(job.empty() ? "" : cat("job ", job, ", "), "process ", ::getpid(), " on ",
                               host_name(), " since ", utc_now(), "\n");
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) < 0) {
    log_warning(cat("the lock's file cannot be written: ", reason_of(errno)));
  }
}

int locked_file(const fs::path& path, const std::string& what, double patience_seconds,
                const std::function<void()>& tick) {
  make_folders(path.parent_path());
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) { throw EnvironmentError(cat(path.string(), ": cannot be opened: ", reason_of(errno))); }
  try {
    const int reason = lock_within(path, what, file, patience_seconds, tick);
    if (reason == 0) {
      write_holder(file);
    } else {
      log_warning(cat(path.string(), ": this file system has no locks (", reason_of(reason),
                      "), so two jobs could use this folder at the same time; make sure that only one runs"));
    }
  } catch (...) {
    ::close(file);
    throw;
  }
  return file;
}

}  // namespace

RunLock::RunLock(const fs::path& file, const std::string& what, const comm::Communicator& world,
                 const std::function<void()>& tick, double patience_seconds) {
  std::string trouble;
  if (world.is_root()) {
    try {
      file_ = locked_file(file, what, patience_seconds, tick);
    } catch (const Error& error) { trouble = error.what(); }
  }
  trouble = world.broadcast(trouble, 0);
  if (!trouble.empty()) { throw EnvironmentError(trouble); }
}

RunLock::~RunLock() {
  if (file_ >= 0 && std::uncaught_exceptions() == 0) { ::close(file_); }
}

}  // namespace srl::job
