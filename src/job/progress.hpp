#pragma once
// A progress line on stderr: redrawn in place on a terminal, sparse lines in a log file; rate and time left.
// Rank 0 only.
#include <string>

#include "base/timer.hpp"

namespace srl::job {

class Progress {
 public:
  /// total 0 = unknown. unit as in "rows", "updates".
  Progress(std::string what, std::string unit, double total, bool speaks);
  ~Progress();
  /// Work done so far, and a word about it. Cheap: most calls print nothing. The first call sets where the
  /// rate starts.
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
