#pragma once
// One job at a time in a run directory: two would write the same checkpoints and lines. DIR/LOCK, locked by
// rank 0 as long as it lives (flock), so a killed job leaves nothing behind that has to be cleaned up.
#include <filesystem>
#include <functional>

#include "comm/communicator.hpp"

namespace srl::job {

class RunLock {
 public:
  /// Collective; makes the folder. While another job holds it this waits up to `patience_seconds`, calling
  /// `tick`: one that was told to stop may still be saving, and NFS gives the lock of a node that died back
  /// after a minute and a half. EnvironmentError after that, with the job, host and process that hold it. A
  /// file system without locks (Lustre mounted without flock, for instance) is named in a warning, and
  /// nothing is kept apart.
  RunLock(const std::filesystem::path& folder, const comm::Communicator& world,
          const std::function<void()>& tick = {}, double patience_seconds = 120);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int file_ = -1;  ///< rank 0's
};

}  // namespace srl::job
