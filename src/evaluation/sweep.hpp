#pragma once
// The path of a question through this room:
//   benchmark file or held-out steps → benchmark.hpp: questions → shares.hpp: this array task's share
//   → without those that have a record → this rank's part
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
#include "evaluation/recorded.hpp"
#include "evaluation/task_files.hpp"
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
  std::string model;     ///< path, or name in a sweep file
  std::string checksum;  ///< of its content
  Json settings;         ///< all options that shape texts or verdicts
  /// `tick` is called between decode steps with the number of tokens of this call. Samples that are under way
  /// when a stop request comes may be left unfinished.
  std::function<std::vector<SampledText>(const std::vector<Asked>&,
                                         const std::function<void(std::int64_t)>& tick)>
      answer;
  /// Called on all ranks before the first question, if there is one: loads the model. May be empty.
  std::function<void()> prepare = {};
  std::string setting = {};  ///< the settings' name in a sweep file, or empty
  /// Called on all ranks after each batch: completions recorded earlier, completions of all ranks since.
  using Report = std::function<void(std::int64_t recorded, std::int64_t completions)>;
  Report report = {};
};

/// What this array task answers of a benchmark.
struct Work {
  const Benchmark* benchmark = nullptr;
  std::vector<std::int64_t> questions;  ///< places in the benchmark
};

/// The benchmarks of `input`, or of `data` for view step. A content that is given twice is asked once.
std::vector<Benchmark> benchmarks_of(const SweepOptions& options,
                                     const trajectory::InstanceOptions& instance);

/// Collective. Rank 0 appends records to the task's file (records_name) after every batch. Samples that any
/// task has recorded with the same settings, model, view and benchmark checksum are skipped: this task's own
/// file is read here, the others are `others`. A torn last line is removed.
SweepSummary sweep(const SweepOptions& options, const std::vector<Work>& work, const Recorded& others,
                   const grading::GradingOptions& grading, const Subject& subject,
                   const comm::Communicator& world, comm::Watchdog& watchdog, job::StopRequests& stop);

}  // namespace srl::evaluation
