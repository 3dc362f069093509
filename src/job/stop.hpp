#pragma once
// All ranks decide together whether to stop (docs/design.md, "Agreement points"): after USR1, TERM or INT, or
// when the end time is near.
#include <algorithm>
#include <array>
#include <csignal>
#include <string>

#include "base/not_copied.hpp"
#include "comm/communicator.hpp"
#include "job/options.hpp"

namespace srl::job {

enum class Stop { none, save, terminate };  ///< save = USR1 or time limit; terminate = TERM or INT

/// From this call until the process ends, USR1 does not kill it. A USR1 during the start (while a model is
/// loaded) is kept for the StopRequests object that is created later. After the work is done, USR1 has no
/// effect.
void note_save_signals();

/// Installs handlers for USR1, TERM and INT during its lifetime (one object at a time in a process). Throws
/// BadOption for an invalid end time. Further signals while stopping have no effect, except that TERM is
/// stronger than USR1, and a second INT ends the process at once. The destructor forgets all signals.
class StopRequests : NotCopied {
 public:
  StopRequests(const comm::Communicator& world, const StopOptions& options);
  ~StopRequests();
  /// Collective: the strongest request that any rank has seen. All ranks get the same result.
  Stop agree();
  /// Time that saving needs, the same on all ranks: a stop is requested when less is left, even before the
  /// stop margin.
  void keep_free(double seconds) { needed_ = seconds; }
  /// This rank's view, without communication. Never act on it alone.
  Stop local() const;
  /// Seconds until the end time by this rank's clock (rank 0's clock must decide). Infinity if no end time is
  /// set.
  double seconds_left() const;
  /// The reason of the last agree(): "USR1", "TERM", "INT", "time limit", or empty.
  std::string reason() const;

 private:
  bool time_is_up() const { return seconds_left() <= std::max(margin_, needed_); }

  comm::Communicator world_;
  double end_time_ = 0, margin_ = 0, needed_ = 0;
  std::string reason_;
  static constexpr std::array signals{SIGUSR1, SIGTERM, SIGINT};
  std::array<struct sigaction, signals.size()> before_{};
};

}  // namespace srl::job
