#pragma once
// Ends a run whose ranks stand still (docs/design.md, "Ways of failing"): a thread with a communicator of its
// own exchanges (phase, sequence, progress counter); no rank making progress within the phase's limit -> a
// report, then abort with exit code 3.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "comm/communicator.hpp"

namespace srl::comm {

struct Alarm {
  std::string report;                           ///< where each rank stands, a line a rank with its host
  std::vector<int> missing_ranks = {};          ///< those that have not been heard of lately
  std::vector<std::string> missing_hosts = {};  ///< theirs, in the same order
};

class Watchdog {
 public:
  /// Collective; 0 seconds = off. `on_alarm` is called from the watchdog's thread before everything is
  /// aborted; it must come back (`job` writes STATUS there, under a deadline of its own).
  Watchdog(const Communicator& world, double limit_seconds, std::function<void(const Alarm&)> on_alarm = {});
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  /// A new phase ("rollout", "reduce gradients"); counts as progress. limit 0 = the default limit.
  void phase(const std::string& name, double limit_seconds = 0);
  void progress();  ///< something moved: a token decoded, a pack done. Cheap, any thread.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::comm
