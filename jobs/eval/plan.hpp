#pragma once
// What a start of srl_eval answers: the models, benchmarks and settings of the command line or of a sweep
// file, and of each combination this array task's share.
#include <deque>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "evaluation/sweep.hpp"
#include "jobs/options/eval.hpp"

namespace srl::eval_job {

/// One model with one setting.
struct Step {
  std::string model;          ///< name for records
  std::string setting;        ///< name in the sweep file, or empty
  jobs::EvalOptions options;  ///< `model` is the folder
  std::vector<evaluation::Work> work;

  bool has_questions() const;
};

struct Plan {
  std::deque<std::vector<evaluation::Benchmark>> benchmarks;  ///< of each setting; the steps point to them
  std::vector<Step> steps;                                    ///< steps of one model are together

  /// Number of completions of this task, recorded ones included.
  std::int64_t completions() const;
};

/// Collective. Without a sweep file: one step. Every task computes the same shares.
Plan make_plan(const jobs::EvalOptions& options, const comm::Communicator& world);

}  // namespace srl::eval_job
