#pragma once
// What every main shares: parse options on all ranks, run the body inside the one catch, turn the outcome
// into an exit code (0 finished or saved, 1 failed, 2 bad option, 3 watchdog) and, where there is a run
// directory, into STATUS.
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

/// Why this rank ends the job: an exception's message, or the watchdog's report with the ranks that do not
/// answer.
struct Trouble {
  std::string message;
  std::vector<int> missing_ranks = {};
  std::vector<std::string> missing_hosts = {};
};

/// What to write down when this rank fails: nothing, until the run directory sets it. Any thread.
class FailureNote {
 public:
  using Write = std::function<void(const Trouble&)>;
  void set(Write write);  ///< an empty function: nothing again
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

/// `body` runs on every rank and returns its exit code; the job's is the greatest of all ranks. CommonOptions
/// must be the same object that `visit` visits. Nothing is thrown. A rank that throws ends all ranks within 5
/// seconds: when every rank fails (a missing file, say) they end in order with one message; when only some
/// do, they print theirs and MPI is aborted.
int run_job(int argc, char** argv, const config::JobText& text, const CommonOptions& common,
            const config::Visit& visit, const std::function<int(Context&)>& body);

}  // namespace srl::job
