#pragma once
// STATUS_<task> beside the records of an array task: whether the records are complete, and while the task
// answers, how far it is.
#include <cstdint>
#include <memory>
#include <string>

#include "base/timer.hpp"
#include "job/job.hpp"
#include "job/status_file.hpp"

namespace srl::eval_job {

/// All calls are made on every rank; rank 0 writes. The unit is a completion.
class TaskStatus {
 public:
  /// Collective. Says `running` before anything else can fail: a start that fails must not leave `saved` of
  /// an earlier one. From here on a failure of any rank is written down.
  TaskStatus(const std::string& folder, std::int64_t task, job::Context& context);

  /// The number of completions that the task consists of; it is written with the next state.
  void expect(std::int64_t total);
  /// Of the whole task `recorded` completions were there before, as far as is known by now, and `answered`
  /// ones are new.
  void reached(std::int64_t recorded, std::int64_t answered);
  /// The last state. This start began with `recorded` completions.
  void end(job::State state, const std::string& reason, std::int64_t recorded, std::int64_t answered);

  const std::string& name() const { return name_; }

 private:
  std::string name_;
  bool root_;
  job::Reached before_;
  std::shared_ptr<job::StatusFile> status_;
  std::int64_t total_ = 0;
  Timer timer_;
};

}  // namespace srl::eval_job
