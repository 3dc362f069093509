#pragma once
// "Should we stop?", answered by all ranks together (docs/design.md, "Agreement points"): USR1, TERM/INT, or
// the end time coming.
#include <array>
#include <csignal>
#include <string>

#include "comm/communicator.hpp"
#include "job/options.hpp"

namespace srl::job {

enum class Stop { none, save, terminate };  ///< save = USR1 or time limit; terminate = TERM or INT

/// From here to the process's end USR1 does not kill it: while a model is loaded it is noted for the
/// StopRequests to come, and when the work is done and the ranks are leaving it says nothing new.
void note_save_signals();

/// Installs handlers for USR1, TERM and INT for its lifetime (one at a time in a process). BadOption for an
/// end time that is no time. Further signals while already stopping change nothing, except that TERM is
/// stronger than USR1, and a second INT ends the process at once. Its end forgets them.
class StopRequests {
 public:
  StopRequests(const comm::Communicator& world, const StopOptions& options);
  ~StopRequests();
  StopRequests(const StopRequests&) = delete;
  StopRequests& operator=(const StopRequests&) = delete;
  /// Collective: the strongest request any rank has seen. Every rank gets the same answer.
  Stop agree();
  /// Local look without communication (never act on it alone).
  Stop local() const;
  /// Seconds to the end time by this rank's clock (let rank 0's decide); infinity without one.
  double seconds_left() const;
  /// Reason of the last agree(): "USR1", "TERM", "INT", "time limit", or empty.
  std::string reason() const;

 private:
  comm::Communicator world_;
  double end_time_ = 0, margin_ = 0;
  std::string reason_;
  static constexpr std::array signals{SIGUSR1, SIGTERM, SIGINT};
  std::array<struct sigaction, signals.size()> before_{};
};

}  // namespace srl::job
