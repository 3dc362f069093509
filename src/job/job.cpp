#include "job/job.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "job/ending/failure.hpp"
#include "job/ending/output.hpp"
#include "job/launch/allocation.hpp"
#include "job/launch/threads.hpp"
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

/// Whether the launcher says that this is rank 0, or there is no launcher. For words that come before MPI.
bool is_first_rank() {
  for (const char* rank : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    const std::string number = environment_word(rank);
    if (!number.empty() && number != "0") { return false; }
  }
  return true;
}

/// Handles --help and --version without MPI, which is slow to start and does not start on every login node.
/// Under a launcher, only rank 0 prints.
bool answered(const std::vector<std::string>& arguments, const config::JobText& text,
              const config::Visit& visit) {
  if (!config::asks_for_text(arguments)) { return false; }
  const config::Parsed parsed = config::parse(arguments, text, visit);
  if (!is_first_rank()) { return true; }
  std::fputs(parsed.text.c_str(), stdout);
  return true;
}

/// The current folder may have been deleted. Libraries then end the process with words of their own.
void refuse_deleted_folder() {
  std::error_code gone;
  std::ignore = std::filesystem::current_path(gone);
  if (!gone) { return; }
  throw EnvironmentError(
      cat("the current folder cannot be read (", gone.message(),
          "): it was deleted or moved; change into a folder that exists (cd) and start again"));
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
    try {
      refuse_deleted_folder();
    } catch (const EnvironmentError& error) {
      if (is_first_rank()) { log_error(error.what()); }
      return 1;
    }
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
      warn_about_oversubscription(threads, world);
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
