#pragma once
// A resumable sweep over benchmarks: array task i of n answers its share of the questions, rank by rank, and
// appends records.
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

/// Fills in task and tasks from the scheduler's environment; BadOption when task is not in [0, tasks).
void resolve_task(SweepOptions& options);

struct SweepSummary {
  std::int64_t answered = 0, correct = 0,
               resumed = 0;  ///< this task's answers now; of them correct; found done already
  bool stopped = false;      ///< a stop request came first: run again to go on
};

/// What srl_eval brings: the model's name, what shaped the text, and the function that answers a set of
/// questions.
struct Subject {
  std::string model;
  Json settings;
  std::function<std::vector<SampledText>(const std::vector<Question>&)> answer;
};

/// Collective. Records go to OUTPUT/records_<task>.jsonl, written by rank 0 after every batch. A question
/// whose samples are all recorded under the same settings, model, view and benchmark checksum is skipped; a
/// torn last line is cut off; half-recorded questions are answered again.
SweepSummary sweep(const SweepOptions& options, const trajectory::InstanceOptions& instance,
                   const grading::GradingOptions& grading, const Subject& subject,
                   const comm::Communicator& world, comm::Watchdog& watchdog, job::StopRequests& stop);

}  // namespace srl::evaluation
