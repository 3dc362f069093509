#pragma once
// Ends a run that makes no progress (docs/design.md, "Ways of failing"). A thread with its own communicator
// exchanges (phase, sequence, progress counter). If no rank makes progress within the phase's limit, the
// watchdog writes a report and aborts with exit code 3. The thread is named after the phase, so `ps -L -o
// comm` shows where a rank is.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/not_copied.hpp"
#include "comm/communicator.hpp"

namespace srl::comm {

struct Alarm {
  std::string report;                           ///< one line per rank: host, phase and progress
  std::vector<int> missing_ranks = {};          ///< ranks that sent no recent heartbeat
  std::vector<std::string> missing_hosts = {};  ///< their hosts, in the same order
};

class Watchdog : NotCopied {
 public:
  /// Collective. 0 seconds = off. `on_alarm` is called from the watchdog's thread before all ranks are
  /// aborted. It must return: `job` writes STATUS there, with its own deadline.
  Watchdog(const Communicator& world, double limit_seconds, std::function<void(const Alarm&)> on_alarm = {});
  ~Watchdog();
  /// A new phase ("rollout", "reduce gradients"); counts as progress. limit 0 = the default limit.
  void phase(const std::string& name, double limit_seconds = 0);
  void progress();  ///< some work is done: a token decoded, a pack finished. Cheap, any thread.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::comm
