#pragma once
// What happens after a rank has thrown. Inside this room only.
#include <exception>
#include <memory>
#include <string>

#include "comm/communicator.hpp"

namespace srl::job {

struct Failure {
  std::string message;
  int exit_code = 1;  ///< 2 for BadOption
};

/// What the user should read about an exception. Call inside a catch block.
Failure describe_current_exception();

/// Ends a process whose orderly end does not come: exits with `exit_code` after `seconds`, from a thread of its own.
void exit_after(double seconds, int exit_code);

/// Where failing ranks meet. It owns a communicator that nothing else uses, so that a rank may enter at any time, whatever
/// collective the others stand in.
class FailureMeeting {
 public:
  explicit FailureMeeting(const comm::Communicator& world);  ///< collective
  /// Waits a moment for all other ranks to fail too. If they do: rank 0 prints each different message once with its ranks, and
  /// everyone gets the common exit code back. If not: prints this rank's message and aborts all ranks; does not return.
  int end(const Failure& failure);

 private:
  comm::Communicator ranks_;
};

}  // namespace srl::job
