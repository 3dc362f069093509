#pragma once
// "Should we stop?", answered by all ranks together at numbered points (DESIGN): USR1, TERM/INT, or the end time coming.
#include <string>

#include "comm/communicator.hpp"
#include "config/options.hpp"

namespace srl::job {

struct StopOptions {
  std::string end_time;               ///< UTC time or seconds since the epoch; default SLURM_JOB_END_TIME when set
  double stop_margin_seconds = 60;
  double term_seconds = 20;           ///< 0 = never write a checkpoint on TERM
  void visit(config::Visitor& v);     ///< section "job"
};

enum class Stop { none, save, terminate };  ///< save = USR1 or time limit; terminate = TERM or INT

/// Installs the signal handlers for its lifetime.
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
  /// Seconds to the end time as rank 0 sees it; infinity without one.
  double seconds_left() const;
  std::string reason() const;  ///< of the last agree(): "USR1", "TERM", "time limit"

 private:
  comm::Communicator world_;
  double end_time_ = 0, margin_ = 0;
  std::string reason_;
};

}  // namespace srl::job
