#include "job/stop.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"

namespace srl::job {
namespace {

/// Why to stop, weakest first. All ranks agree on the maximum.
enum Cause : int { nothing = 0, time_limit = 1, user_signal = 2, interrupt = 3, termination = 4 };

/// The strongest cause that the handlers have seen. It is static, because a signal handler gets no other
/// data.
std::atomic<int> seen{nothing};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int signal) {
  const int cause = signal == SIGUSR1 ? user_signal : signal == SIGINT ? interrupt : termination;
  int before = seen.load();
  while (before < cause && !seen.compare_exchange_weak(before, cause)) {}
}

struct sigaction noting() {
  struct sigaction action{};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  return action;
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Seconds since the epoch, from "2026-01-02T03:04:05Z" (the Z is optional) or a plain number.
double parse_time(const std::string& text, const std::string& where) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0') { return number; }
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || (std::string_view(rest) != "" && std::string_view(rest) != "Z")) {
    throw BadOption(cat(where, ": '", text,
                        "' is neither a UTC time such as 2026-01-02T03:04:05Z nor seconds since 1970"));
  }
  return static_cast<double>(::timegm(&parts));
}

/// SLURM_JOB_END_TIME. Infinity if it is not set, or not in the future: then it was left over from another
/// job, and `speaks` warns.
double scheduler_end_time(bool speaks) {
  constexpr double never = std::numeric_limits<double>::infinity();
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  if (text == nullptr || *text == '\0') { return never; }
  const double end = parse_time(text, "SLURM_JOB_END_TIME");
  if (end > now()) { return end; }
  if (speaks) {
    log_warning(cat("SLURM_JOB_END_TIME=", text,
                    " is not in the future and is ignored; it may come from another job (give --job.end_time "
                    "if this job has an end)"));
  }
  return never;
}

}  // namespace

void note_save_signals() {
  const struct sigaction action = noting();
  ::sigaction(SIGUSR1, &action, nullptr);
}

StopRequests::StopRequests(const comm::Communicator& world, const StopOptions& options)
    : world_(world), margin_(options.stop_margin_seconds) {
  if (!options.end_time.empty()) {
    end_time_ = parse_time(options.end_time, "--job.end_time");
  } else {
    end_time_ = scheduler_end_time(world.is_root());
  }
  struct sigaction action = noting();
  for (std::size_t i = 0; i < signals.size(); ++i) {
    // A second Ctrl-C ends the process at once, as users at a terminal expect.
    action.sa_flags = SA_RESTART | (signals[i] == SIGINT ? static_cast<int>(SA_RESETHAND) : 0);
    ::sigaction(signals[i], &action, &before_[i]);
  }
}

StopRequests::~StopRequests() {
  for (std::size_t i = 0; i < signals.size(); ++i) { ::sigaction(signals[i], &before_[i], nullptr); }
  seen = nothing;
}

namespace {
Stop stop_of(int cause) {
  return cause >= interrupt ? Stop::terminate : cause >= time_limit ? Stop::save : Stop::none;
}
}  // namespace

Stop StopRequests::local() const {
  const int cause = seen.load();
  return stop_of(cause == nothing && time_is_up() ? int{time_limit} : cause);
}

Stop StopRequests::agree() {
  int cause = seen.load();
  // Clocks differ between nodes, so rank 0's clock decides for all.
  if (cause == nothing && world_.is_root() && time_is_up()) { cause = time_limit; }
  cause = static_cast<int>(world_.all_reduce(std::int64_t{cause}, comm::Reduce::max));
  constexpr const char* reasons[] = {"", "time limit", "USR1", "INT", "TERM"};
  reason_ = reasons[cause];
  return stop_of(cause);
}

double StopRequests::seconds_left() const {
  return end_time_ - now();
}

std::string StopRequests::reason() const {
  return reason_;
}

}  // namespace srl::job
