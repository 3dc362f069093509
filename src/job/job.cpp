#include "job/job.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/thread_pool.hpp"
#include "job/ending/failure.hpp"
#include "job/ending/output.hpp"
#include "job/launch/allocation.hpp"
#include "job/status_file.hpp"
#include "job/stop.hpp"

namespace srl::job {
namespace {

/// Parses on every rank. If one rank fails (a file that only some ranks can read), all ranks return nothing,
/// and the lowest rank that failed prints its message.
std::optional<config::Parsed> parse_together(const comm::Communicator& world,
                                             const std::vector<std::string>& arguments,
                                             const config::JobText& text, const config::Visit& visit) {
  std::optional<config::Parsed> parsed;
  std::string complaint;
  try {
    parsed = config::parse(arguments, text, visit);
  } catch (const BadOption& error) { complaint = error.what(); }
  const std::int64_t nobody = world.size();
  const std::int64_t first =
      world.all_reduce(complaint.empty() ? nobody : std::int64_t{world.rank()}, comm::Reduce::min);
  if (first == nobody) { return parsed; }
  if (first == world.rank()) { log_error(complaint); }
  return std::nullopt;
}

/// Handles --help and --version without MPI, which is slow to start and does not start on every login node.
/// Under a launcher, only rank 0 prints.
bool answered(const std::vector<std::string>& arguments, const config::JobText& text,
              const config::Visit& visit) {
  if (!config::asks_for_text(arguments)) { return false; }
  const config::Parsed parsed = config::parse(arguments, text, visit);
  for (const char* rank : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    const std::string number = environment_word(rank);
    if (!number.empty() && number != "0") { return true; }
  }
  std::fputs(parsed.text.c_str(), stdout);
  return true;
}

/// Number of ranks of this node with the same cores as this rank, including itself.
int ranks_sharing_cores(const comm::Communicator& world) {
  const std::string mine = affinity_mask();
  const std::vector<std::string> masks = world.ranks_on_this_node().all_gather(mine);
  return static_cast<int>(std::count(masks.begin(), masks.end(), mine));
}

/// `requested` threads, or by itself as many as the rank has cores, and never more than it was allotted: the
/// batch system does not bind ranks to cores everywhere.
int threads_of_rank(int requested, const comm::Communicator& world) {
  const int sharing = ranks_sharing_cores(world),
            allotted = allotted_threads(world.ranks_on_this_node().size());
  const int threads = thread_count(requested, sharing);
  return requested > 0 || allotted == 0 ? threads : std::min(threads, allotted);
}

}  // namespace

void FailureNote::set(Write write) {
  const std::lock_guard lock(mutex_);
  write_ = std::move(write);
}

void FailureNote::operator()(const Trouble& trouble) const {
  Write write;
  {
    const std::lock_guard lock(mutex_);
    write = write_;
  }
  if (write) { write(trouble); }
}

int run_job(int argc, char** argv, const config::JobText& text, const CommonOptions& common,
            const config::Visit& visit, const std::function<int(Context&)>& body) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  int exit_code = 0;
  outlive_closed_pipes();
  try {
    if (answered(arguments, text, visit)) { return output_is_written() ? 0 : 1; }
    note_save_signals();
    std::optional<StartLimit> start_limit(std::in_place);
    const comm::Session session;
    const comm::Communicator world = session.world();
    set_log_rank(world.rank(), world.size());
    const auto on_failure = std::make_shared<FailureNote>();
    FailureMeeting meeting(world, on_failure);
    std::optional<comm::Watchdog>
        watchdog;  // outside the try: its destructor is collective and must not run during stack unwinding
    try {
      const std::optional<config::Parsed> parsed = parse_together(world, arguments, text, visit);
      if (!parsed) { return 2; }
      refuse_worlds_of_one(world);
      const int threads = threads_of_rank(static_cast<int>(common.threads), world);
      watchdog.emplace(world, common.watchdog_seconds, [on_failure](const comm::Alarm& alarm) {
        write_down(on_failure, {alarm.report, alarm.missing_ranks, alarm.missing_hosts});
      });
      start_limit.reset();
      Context context{world, *watchdog, parsed->subcommand, threads, visit, text.name, arguments, on_failure};
      std::int64_t code = body(context);
      if (!output_is_written()) { code = std::max<std::int64_t>(code, 1); }
      exit_code = static_cast<int>(world.all_reduce(code, comm::Reduce::max));
    } catch (...) {
      exit_code = meeting.end(describe_current_exception());
      exit_after(2.0, exit_code);  // the shutdown of MPI may block now
    }
  } catch (...) {
    log_error(describe_current_exception().message);
    return 1;
  }
  return exit_code;
}

}  // namespace srl::job
