#pragma once
// Allows only one job at a time in a run directory, or in an array task's part of an output folder, because
// two would write the same checkpoints and lines. Rank 0 holds a lock (flock) on DIR/LOCK until it ends. The
// lock of a killed job is released automatically.
#include <filesystem>
#include <functional>
#include <string>

#include "base/not_copied.hpp"
#include "comm/communicator.hpp"

namespace srl::job {

class RunLock : NotCopied {
 public:
  /// Collective. Creates the folder. While another job holds the lock, this waits up to `patience_seconds`
  /// and calls `tick`: a job that was told to stop may still be saving, and NFS releases the lock of a dead
  /// node only after 90 seconds. Then it throws EnvironmentError with the job, host and process that hold the
  /// lock. On a file system without locks (for example Lustre mounted without flock) it only logs a warning.
  RunLock(const std::filesystem::path& folder, const comm::Communicator& world,
          const std::function<void()>& tick = {}, double patience_seconds = 120)
      : RunLock(folder / "LOCK", folder.string(), world, tick, patience_seconds) {}
  /// The same with another file. `what` is what it locks, for messages: "task 3 of results".
  RunLock(const std::filesystem::path& file, const std::string& what, const comm::Communicator& world,
          const std::function<void()>& tick = {}, double patience_seconds = 120);
  /// During an exception the lock is kept until the process ends, because run_job's catch still writes
  /// STATUS.
  ~RunLock();

 private:
  int file_ = -1;  ///< open only on rank 0
};

}  // namespace srl::job
