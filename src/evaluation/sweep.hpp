#pragma once
// The path of a question through this room:
//   benchmark file or held-out steps → benchmark.hpp: questions → this array task's and this rank's share
//   → answering.hpp: completions, whole or step by step, from a function that the job passes
//   → grading → record.hpp: one line per completion, appended after every batch
// After an interruption the same command resumes the sweep: recorded questions are skipped.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "evaluation/answering.hpp"
#include "evaluation/options.hpp"
#include "evaluation/record.hpp"
#include "grading/grading.hpp"
#include "job/stop.hpp"

namespace srl::evaluation {

/// Sets task and tasks from the scheduler's environment. BadOption when task is not in [0, tasks).
void resolve_task(SweepOptions& options);

struct SweepSummary {
  std::int64_t completions = 0, correct = 0,
               resumed = 0;  ///< of this task: completions now; correct ones; recorded earlier
  std::int64_t tokens = 0;   ///< of this rank
  bool stopped = false;      ///< by a stop request: run the same command again to resume
};

/// Passed by srl_eval: the model's name, the settings that affect the text, and the function that answers
/// questions.
struct Subject {
  std::string model;     ///< path
  std::string checksum;  ///< of its content
  Json settings;         ///< all options that shape texts or verdicts
  /// `tick` is called between decode steps with the number of tokens of this call. Samples that are under way
  /// when a stop request comes may be left unfinished.
  std::function<std::vector<SampledText>(const std::vector<Asked>&,
                                         const std::function<void(std::int64_t)>& tick)>
      answer;
};

/// "records_00003.jsonl"
std::string records_name(std::int64_t task);

/// Collective. Rank 0 appends records to OUTPUT/records_<task>.jsonl after every batch. A question is skipped
/// when all its samples are recorded with the same settings, model, view and benchmark checksum. A torn last
/// line is removed; questions with only some samples are answered again.
SweepSummary sweep(const SweepOptions& options, const trajectory::InstanceOptions& instance,
                   const grading::GradingOptions& grading, const Subject& subject,
                   const comm::Communicator& world, comm::Watchdog& watchdog, job::StopRequests& stop);

}  // namespace srl::evaluation
