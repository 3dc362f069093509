#pragma once
// Decides from the ranks' heartbeats whether the job makes progress. The caller passes all times: this file
// uses no clock, no thread and no MPI.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "comm/watchdog.hpp"

namespace srl::comm {

inline constexpr double beat_seconds = 1.0;
/// A longer gap between two ticks means that this process itself was suspended. It raises no alarm.
inline constexpr double suspended_seconds = 5.0;
/// Other ranks wait this much longer than the limit for rank 0's heartbeat, so that rank 0 reports first if
/// it can.
inline constexpr double grace_seconds = 10.0;

/// A heartbeat: what a rank reports about itself.
struct Beat {
  std::int64_t sequence = 0, progress = 0;
  double limit = 0;
  char phase[48] = {};
};

class Standstill {
 public:
  /// The view of rank `rank`, from time 0. `start` is the first beat of every rank and has the default limit.
  Standstill(int rank, std::vector<std::string> hosts, const Beat& start);
  /// Records a heartbeat. Rank 0 receives those of all ranks, including its own. The others receive rank 0's.
  void hear(int from, const Beat& beat, double now);
  /// Call at every tick, after the calls of hear(). On rank 0: an alarm if no rank has made progress for the
  /// longest limit among the current phases. On other ranks: an alarm if rank 0 sends no heartbeats.
  std::optional<Alarm> tick(double now);

 private:
  /// What is known about a rank. Times are in seconds of the caller's clock.
  struct Seen {
    Beat beat;
    double heard = 0, moved = 0;
  };

  std::optional<Alarm> judge_all(double now) const;
  std::optional<Alarm> judge_root(double now) const;
  void add_missing(Alarm& found, int rank, double silent) const;

  int rank_;
  std::vector<std::string> hosts_;
  double default_limit_;
  std::vector<Seen> seen_;  // rank 0: of every rank; others: [0] = rank 0
  double last_tick_ = 0;
};

}  // namespace srl::comm
