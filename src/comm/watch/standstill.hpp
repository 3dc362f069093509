#pragma once
// Who stands still, from what ranks tell of themselves. Arithmetic on times that the caller gives: no clock,
// no thread, no MPI.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "comm/watchdog.hpp"

namespace srl::comm {

inline constexpr double beat_seconds = 1.0;
/// A gap between two ticks of one thread this long means that this process itself was suspended: nobody is
/// blamed for it.
inline constexpr double suspended_seconds = 5.0;
/// How much longer than the limit a rank waits for rank 0's heartbeat, so that rank 0 reports first when it
/// can.
inline constexpr double grace_seconds = 10.0;

/// What a rank tells the others of itself.
struct Beat {
  std::int64_t sequence = 0, progress = 0;
  double limit = 0;
  char phase[48] = {};
};

class Standstill {
 public:
  /// As rank `rank` sees it, from time 0; `start` is everybody's first beat and holds the default limit.
  Standstill(int rank, std::vector<std::string> hosts, const Beat& start);
  /// Rank 0 hears everyone, itself included; the others hear rank 0.
  void hear(int from, const Beat& beat, double now);
  /// At every tick, after what was heard. An alarm when nobody has moved for the longest limit of the phases
  /// they are in; on other ranks than 0 when rank 0 is not heard.
  std::optional<Alarm> tick(double now);

 private:
  /// What is known of a rank, in seconds of the caller's clock.
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
