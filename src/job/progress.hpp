#pragma once
// A progress line on stderr with rate and time left. It is redrawn in place on a terminal; a log file gets a
// line every 30 seconds. Rank 0 only.
#include <string>

#include "base/timer.hpp"

namespace srl::job {

class Progress {
 public:
  /// total 0 = unknown. unit: "rows", "updates". speaks: false = print nothing (ranks other than 0).
  Progress(std::string what, std::string unit, double total, bool speaks);
  ~Progress();
  /// `done`: work done so far. `note`: text to add to the line. Cheap: most calls print nothing. The rate
  /// counts from the first call.
  void update(double done, const std::string& note = "");

  /// "rollout: 12 of 40 prompts, 1.5/s, 18.7 s left" after `seconds` since the first update.
  std::string text(double done, double seconds) const;

 private:
  std::string what_, unit_;
  double total_ = 0;
  bool speaks_ = false, terminal_ = false;
  Timer timer_;
  double last_shown_ = -1e9, started_at_ = -1;
};

}  // namespace srl::job
