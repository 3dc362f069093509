#include "jobs/eval/task_status.hpp"

#include <algorithm>
#include <filesystem>

#include "base/strings.hpp"

namespace srl::eval_job {

TaskStatus::TaskStatus(const std::string& folder, std::int64_t task, job::Context& context)
    : name_(cat("STATUS_", zero_padded(task, 5))), root_(context.world.is_root()) {
  const auto file = std::filesystem::path(folder) / name_;
  status_ = std::make_shared<job::StatusFile>(file);
  before_ = job::reached_before(file);
  context.world.barrier();  // all ranks have read it
  status_->began_at(before_);
  if (root_) {
    status_->start(before_);
  } else {
    status_->set(job::State::running, "", before_, false);
  }
  context.on_failure->set(
      [status = status_](const job::Trouble& trouble) { status->set_failed(trouble.message); });
}

void TaskStatus::expect(std::int64_t total) {
  total_ = total;
  timer_.restart();
  status_->note("total", std::to_string(total));
}

void TaskStatus::reached(std::int64_t recorded, std::int64_t answered) {
  // Later models of a sweep may have records too: those of the last start count until they are read.
  const std::int64_t done = std::max(before_.update, recorded + answered);
  if (answered > 0) {
    const double each = timer_.seconds() / static_cast<double>(answered);
    status_->note("seconds_left",
                  fixed(each * static_cast<double>(std::max<std::int64_t>(0, total_ - done)), 0));
  }
  status_->set(job::State::running, "", done, root_);
}

void TaskStatus::end(job::State state, const std::string& reason, std::int64_t recorded,
                     std::int64_t answered) {
  status_->began_at(recorded);
  if (state == job::State::finished) { status_->note("seconds_left", "0"); }
  status_->set(state, reason, recorded + answered, root_);
}

}  // namespace srl::eval_job
