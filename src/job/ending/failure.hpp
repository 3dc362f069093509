#pragma once
// What happens after a rank has thrown an exception. Used only inside this room.
#include <exception>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "base/not_copied.hpp"
#include "comm/communicator.hpp"
#include "job/job.hpp"

namespace srl::job {

struct Failure {
  std::string message;
  int exit_code = 1;  ///< 2 for BadOption
};

/// The message and exit code for the current exception. Call inside a catch block.
Failure describe_current_exception();

/// Calls the note, but waits at most one second for it (SRL_FAILURE_SECONDS), times `share`: the disk that
/// holds STATUS may be the cause of the failure.
void write_down(const std::shared_ptr<FailureNote>& note, const Trouble& trouble, double share = 1);

/// Ends the process with `exit_code` after `seconds`, from its own thread, in case the normal exit blocks.
void exit_after(double seconds, int exit_code);

/// During its lifetime, a start that takes longer than SRL_START_SECONDS (300; 0 = no limit) ends this
/// process with a message and exit code 3. MPI waits without a limit for missing ranks, and the watchdog
/// cannot run before MPI is initialised.
class StartLimit : NotCopied {
 public:
  StartLimit();
  ~StartLimit();

 private:
  std::promise<void> started_;
  std::thread guard_;
};

/// Lets failing ranks agree on messages and exit code. It has its own communicator, so that a rank may enter
/// at any time, even while other ranks are in another collective.
class FailureMeeting {
 public:
  /// Collective.
  FailureMeeting(const comm::Communicator& world, std::shared_ptr<FailureNote> note);
  /// Writes the failure down and waits a short time for all other ranks to fail too. If they do, rank 0
  /// prints each different message once with its ranks, and all ranks return the same exit code. If not, it
  /// prints this rank's message and aborts all ranks; it does not return.
  int end(const Failure& failure);

 private:
  comm::Communicator ranks_;
  std::shared_ptr<FailureNote> note_;
};

}  // namespace srl::job
