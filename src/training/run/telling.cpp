// What a run says about itself: findings go to the console, the log and STATUS, once each while they last.
#include <algorithm>

#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "job/gain.hpp"
#include "training/run/training_run.hpp"

namespace srl::training {
namespace {

constexpr std::string_view prefix = "finding.";  // of the lines of STATUS; srl_report shows them

bool has(const std::vector<Finding>& findings, std::string_view name) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& f) { return f.name == name; });
}

}  // namespace

/// Rank 0: the lines of a file of the run; none where it does not exist.
void TrainingRun::each_line(const char* name, const std::function<void(const Json&)>& take) const {
  const std::filesystem::path file = directory_.folder() / name;
  if (!std::filesystem::exists(file)) { return; }
  for (const std::string& line : split(read_file(file), '\n')) {
    if (!line.empty()) { take(Json::parse(line, file.string())); }
  }
}

/// Rank 0, after a resume: the findings of the updates that the run keeps.
void TrainingRun::read_findings() {
  each_line("validation.jsonl", [&](const Json& line) { findings_.add_validation(line.at("validation")); });
  each_line("metrics.jsonl", [&](const Json& line) { findings_.add(line); });
  tell_findings();
}

/// Rank 0. A finding is logged when it begins, and is in STATUS as long as it holds.
void TrainingRun::tell_findings() {
  const std::vector<Finding> now = findings_.now();
  for (const Finding& finding : told_) {
    if (!has(now, finding.name)) { directory_.note(cat(prefix, finding.name), ""); }
  }
  for (const Finding& finding : now) {
    if (!has(told_, finding.name)) { log_warning(finding.text); }
    directory_.note(cat(prefix, finding.name), finding.text);
  }
  told_ = now;
}

/// Rank 0, at the end: why nothing was learned, for STATUS; empty when something was.
std::string TrainingRun::nothing_learned(double changed_share) {
  reward::SampledSteps samples;
  if (options_.signal.kind == objective::SignalKind::similarity) {
    each_line("samples.jsonl", [&](const Json& line) { samples.add(line); });
  }
  std::string reason;
  for (const Finding& finding : findings_.at_end(changed_share, samples.first_and_last(job::Gain::window))) {
    reason = finding.text;
    log_warning(reason);
    directory_.note(cat(prefix, finding.name), reason);
  }
  return reason;
}

}  // namespace srl::training
