#pragma once
// Options of a sweep over benchmarks.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::evaluation {

enum class EvaluationView { whole, stepwise, step, patch };
SRL_WORDS(EvaluationView, "whole", "stepwise", "step", "patch");

enum class EvaluationPrompt { benchmark, training };
SRL_WORDS(EvaluationPrompt, "benchmark", "training");

/// Fields of a benchmark's rows, a.b = b inside a; empty = the usual names (benchmark.hpp).
struct FieldNames {
  std::string id, question, answer, choices;
  bool operator==(const FieldNames&) const = default;
  void visit(config::Visitor& v);  ///< section "fields"
};

struct SweepOptions {
  std::string sweep;                   ///< file of models, benchmarks and settings (sweep_file.hpp)
  std::vector<std::string> input;      ///< benchmark files
  std::vector<std::string> data;       ///< view step: data folders with validation solutions
  std::string output;                  ///< results/NAME
  std::int64_t task = -1, tasks = -1;  ///< -1 = SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT (without
                                       ///< tasks counted from SLURM_ARRAY_TASK_MIN), else 0 of 1
  std::int64_t limit = 0;              ///< first questions of each benchmark; 0 = all
  std::int64_t samples = 1;            ///< completions per question; greedy has one
  EvaluationView view = EvaluationView::whole;
  EvaluationPrompt prompt = EvaluationPrompt::benchmark;  ///< view whole
  std::int64_t max_steps = 12;                            ///< stepwise
  std::int64_t shots = 0;                                 ///< worked examples before the question
  std::string shots_file;                                 ///< their rows
  FieldNames fields;
  std::int64_t batch = 16;          ///< questions per rank between two writes of records
  config::Duration lock_wait{120};  ///< for a job that still holds this task (job/run_lock.hpp)
  void visit(config::Visitor& v);
  /// The options among them that a setting of a sweep file may give.
  void visit_setting(config::Visitor& v);
};

}  // namespace srl::evaluation
