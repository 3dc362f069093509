#pragma once
// The common part of every main(). The course of a job:
//   options on all ranks → MPI session and watchdog → the body, which opens its run directory
//   (run_directory.hpp), checks for stop requests (stop.hpp) and reports progress (progress.hpp)
//   → one catch for all failures → an exit code: 0 finished or saved, 1 failed, 2 bad option, 3 watchdog
// If the job has a run directory, the outcome is also written to its file STATUS (status_file.hpp).
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "config/options.hpp"
#include "job/options.hpp"

namespace srl::job {

/// Why this rank ends the job: an exception's message, or the watchdog's report with the ranks that sent no
/// heartbeat.
struct Trouble {
  std::string message;
  std::vector<int> missing_ranks = {};
  std::vector<std::string> missing_hosts = {};
};

/// The function that records a failure of this rank (in STATUS). The run directory sets it; before that it
/// does nothing. Any thread.
class FailureNote {
 public:
  using Write = std::function<void(const Trouble&)>;
  void set(Write write);  ///< an empty function: do nothing again
  void operator()(const Trouble& trouble) const;

 private:
  mutable std::mutex mutex_;
  Write write_;
};

struct Context {
  comm::Communicator world;
  comm::Watchdog& watchdog;
  std::string subcommand;
  int threads = 1;      ///< resolved: the rank's share of cores
  config::Visit visit;  ///< for options.ini and provenance
  std::string job_name = {};
  std::vector<std::string> arguments = {};       ///< the command line without argv[0]
  std::shared_ptr<FailureNote> on_failure = {};  ///< the run directory puts its STATUS writer here
};

/// `body` runs on every rank and returns its exit code. The job's exit code is the maximum over all ranks; 1
/// when stdout could not be written. `common` must be the object that `visit` visits. run_job does not throw.
/// A rank that throws ends all ranks within 5 seconds: if every rank fails (a missing file, for example),
/// they exit normally with one message. If only some fail, each prints its message and MPI is aborted.
int run_job(int argc, char** argv, const config::JobText& text, const CommonOptions& common,
            const config::Visit& visit, const std::function<int(Context&)>& body);

}  // namespace srl::job
