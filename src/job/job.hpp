#pragma once
// What every main shares: parse options on all ranks, run the body inside the one catch, turn the outcome into an exit code
// (0 finished or saved, 1 failed, 2 bad option, 3 watchdog) and, where there is a run directory, into STATUS.
#include <functional>
#include <string>

#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "config/options.hpp"

namespace srl::job {

/// Options every job has: config, threads, seed, help, version; put it first in a job's visit.
struct CommonOptions {
  std::string config;
  std::int64_t threads = 0;  ///< 0 = auto
  std::int64_t seed = 0;
  double watchdog_seconds = 300;
  void visit(config::Visitor& v);
};

struct Context {
  comm::Communicator world;
  comm::Watchdog& watchdog;
  std::string subcommand;
  int threads = 1;           ///< resolved: the rank's share of cores
  config::Visit visit;       ///< for options.ini and provenance
};

/// `body` runs on every rank and returns the exit code (0). CommonOptions must be the same object that `visit` visits.
int run_job(int argc, char** argv, const config::JobText& text, const CommonOptions& common, const config::Visit& visit,
            const std::function<int(Context&)>& body);

}  // namespace srl::job
