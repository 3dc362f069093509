// A job for the test job.fault. It works in rounds until it is stopped, or fails as its options say.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "job/job.hpp"
#include "job/run_directory.hpp"
#include "job/stop.hpp"

namespace {

using namespace srl;

struct Options {
  job::CommonOptions common;
  job::StopOptions stop;
  std::string what = "rounds", run;
  std::int64_t rank = 0, rounds = 1000000;  // more than an hour: only a request ends it
  void visit(config::Visitor& v) {
    common.visit(v);
    v.section("");
    v.option("what", what, "what goes wrong");
    v.option("rank", rank, "on which rank; -1 = on all", config::at_least(-1));
    v.option("rounds", rounds, "rounds to work", config::at_least(0));
    v.option("run", run, "run directory; empty = none");
    stop.visit(v);
  }
};

volatile std::sig_atomic_t told_to_fail = false;  // set by USR2

void fail(const std::string& what) {
  if (what == "throw") { throw BadInput("data.jsonl line 7: no question"); }
  if (what == "bad_option") { throw BadOption("--model: no such folder"); }
  if (what == "bad_alloc") { throw std::bad_alloc(); }
  if (what == "number") { throw 42; }
  if (what == "kill") { ::raise(SIGKILL); }
  if (what == "hang") { std::this_thread::sleep_for(std::chrono::hours(1)); }
}

int work(job::Context& context, const Options& options) {
  std::unique_ptr<job::RunDirectory> run;
  if (!options.run.empty()) {
    run = std::make_unique<job::RunDirectory>(context, options.run);
    run->describe(context, Json::object(), {});
  }
  job::StopRequests stop(context.world, options.stop);
  const bool chosen = options.rank < 0 || options.rank == context.world.rank();
  if (chosen && options.what != "rounds") { log_warning("goes wrong now"); }
  if (chosen) { fail(options.what); }
  if (options.what == "throw_late") {
    ::signal(SIGUSR2, [](int) { told_to_fail = true; });
  }
  log_warning(cat("pid ", ::getpid()));
  if (options.what == "throw_late" && chosen) {  // meanwhile the other ranks are in a collective
    while (!told_to_fail) { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
    fail("throw");
  }
  for (std::int64_t round = 0; round < options.rounds; ++round) {
    const job::Stop answer = stop.agree();
    context.watchdog.progress();
    if (answer != job::Stop::none) {
      const bool save = answer == job::Stop::save;
      log_info(cat("round agreed: ", stop.reason()));
      // A second request while the job is stopping must not change anything.
      if (options.what == "usr1_while_stopping") { ::raise(SIGUSR1); }
      if (run) {
        run->set_status(save ? job::State::saved : job::State::failed, cat("stopped by ", stop.reason()),
                        round);
      }
      context.world.barrier();
      std::printf("rank %d stops in round %lld: %s\n", context.world.rank(), static_cast<long long>(round),
                  stop.reason().c_str());
      return save ? 0 : 1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (run) { run->set_status(job::State::finished, "", options.rounds); }
  if (options.what == "code" && chosen) { return 1; }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const config::JobText text{
      "job_probe", "goes wrong as told", {{"a failure", "job_probe --what throw"}}, {}, {}};
  return job::run_job(
      argc, argv, text, options.common, [&](const std::string&, config::Visitor& v) { options.visit(v); },
      [&](job::Context& context) { return work(context, options); });
}
