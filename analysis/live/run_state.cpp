#include "analysis/live/run_state.hpp"

#include <signal.h>

#include <cerrno>
#include <sstream>

#include "base/files.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// The latest value of a figure as ", NAME VALUE"; empty when nothing was measured.
std::string latest(const Measured& measured, const std::vector<RunFigure>& figures, std::string_view name) {
  const auto value = recent(values_of(measured, figures, name), 1);
  return value ? cat(", ", name, " ", fixed(*value, figure_named(figures, name).digits)) : "";
}

/// Whether LOCK names a process of this machine that is gone: "process 21607 on HOST since TIME".
bool is_gone(const std::filesystem::path& lock) {
  if (!std::filesystem::exists(lock)) { return false; }
  std::istringstream text(read_file(lock));
  std::string word, host;
  pid_t process = 0;
  while (text >> word && word != "process") {}
  if (!(text >> process >> word >> host) || process <= 0 || host != host_name()) { return false; }
  return ::kill(process, 0) != 0 && errno == ESRCH;
}

}  // namespace

std::string state_line(const TrainingRun& run) {
  std::string line = run.state().empty() ? "no STATUS" : run.state();
  const Remaining left = remaining(run);
  const auto& updates = run.updates.updates;
  line += cat(": update ", updates.empty() ? 0 : updates.back());
  if (left.updates) { line += cat(" of ", fixed(*left.updates, 0)); }
  if (left.seconds_per_update) { line += cat(", ", human_seconds(*left.seconds_per_update), " per update"); }
  if (run.state() == "running" && left.seconds_left) {
    line += cat(", ", human_seconds(*left.seconds_left), " left");
  }
  line += latest(run.times, time_figures(), "rollout tokens/s");
  line += latest(run.updates, update_figures(), "reward");
  line += latest(run.updates, update_figures(), "format");
  if (!run.validations.updates.empty()) {
    line += cat("; validation at update ", run.validations.updates.back(), ":");
    std::string figures;
    for (const char* name : {"reward", "format", "similarity", "exact", "benchmark right"}) {
      figures += latest(run.validations, validation_figures(), name);
    }
    line += figures.empty() ? " no figures" : figures.substr(1);
  }
  return line;
}

std::string end_of(const TrainingRun& run) {
  const auto reason = run.status.find("reason");
  const std::string why = reason == run.status.end() || reason->second.empty() ? "" : ": " + reason->second;
  if (!run.state().empty() && run.state() != "running") { return cat("the run is ", run.state(), why); }
  if (is_gone(run.folder / "LOCK")) {
    return "STATUS says running, but the process that held the run is gone; the same srl_train command "
           "resumes it";
  }
  return "";
}

}  // namespace srl::analysis
