#pragma once
// What happens after a rank has thrown. Inside this room only.
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "comm/communicator.hpp"
#include "job/job.hpp"

namespace srl::job {

struct Failure {
  std::string message;
  int exit_code = 1;  ///< 2 for BadOption
};

/// What the user should read about an exception. Call inside a catch block.
Failure describe_current_exception();

/// Calls the note, but waits for it no longer than a second (SRL_FAILURE_SECONDS): the disk that STATUS lies
/// on may be what went wrong.
void write_down(const std::shared_ptr<FailureNote>& note, const Trouble& trouble);

/// Ends a process whose orderly end does not come: exits with `exit_code` after `seconds`, from a thread of
/// its own.
void exit_after(double seconds, int exit_code);

/// While it lives, a start that takes longer than SRL_START_SECONDS (300; 0 = no limit) ends this process
/// with a message and exit code 3: MPI waits without a limit for ranks that never come, and no watchdog can
/// run before MPI does.
class StartLimit {
 public:
  StartLimit();
  ~StartLimit();
  StartLimit(const StartLimit&) = delete;
  StartLimit& operator=(const StartLimit&) = delete;

 private:
  std::promise<void> started_;
  std::thread guard_;
};

/// Where failing ranks meet. It owns a communicator that nothing else uses, so that a rank may enter at any
/// time, whatever collective the others stand in.
class FailureMeeting {
 public:
  explicit FailureMeeting(const comm::Communicator& world);  ///< collective
  /// Waits a moment for all other ranks to fail too. If they do: rank 0 prints each different message once
  /// with its ranks, and everyone gets the common exit code back. If not: prints this rank's message and
  /// aborts all ranks; does not return.
  int end(const Failure& failure);

 private:
  comm::Communicator ranks_;
};

}  // namespace srl::job
