#include "training/run/stopping.hpp"

#include <algorithm>
#include <utility>

namespace srl::training {

Stopping::Stopping(const comm::Communicator& world, const job::StopOptions& options, comm::Watchdog& watchdog,
                   CheckpointWriter& writer, std::function<double()> export_seconds)
    : world_(world),
      options_(options),
      watchdog_(watchdog),
      writer_(writer),
      requests_(world, options),
      measure_export_(std::move(export_seconds)) {}

void Stopping::progress() {
  watchdog_.progress();
}

void Stopping::phase(const std::string& name, double limit_seconds) {
  watchdog_.phase(name, limit_seconds);
}

/// Time to reserve for saving: twice the time of a checkpoint plus a margin, and once more for a checkpoint
/// or an export that is being written (docs/design.md, "Ways of failing").
double Stopping::needed_seconds() const {
  return (writer_.writing() >= 0 ? 3 : 2) * writer_.expected_seconds() + export_seconds_ + 10;
}

bool Stopping::requested() {
  export_seconds_ = world_.all_reduce(measure_export_(), comm::Reduce::max);
  keep_time_for_saving();
  request_ = std::max(request_, requests_.agree());
  if (request_ == job::Stop::none) { return false; }
  if (const std::string reason = requests_.reason(); !reason.empty()) { reason_ = reason; }
  return true;
}

bool Stopping::agreed_to_drop() {
  writer_.poll();
  const bool asked = requested();
  // Clocks differ between ranks: if one rank has left early, all drop the update.
  const bool left = world_.all_reduce(std::int64_t{left_}, comm::Reduce::max) > 0;
  if (left && !asked) {
    request_ = job::Stop::save;
    reason_ = "time limit";
  }
  if (left) {
    left_ = true;
  } else if (asked) {
    left_ = request_ == job::Stop::terminate ||
            world_.all_reduce(requests_.seconds_left(), comm::Reduce::min) < needed_seconds();
  }
  return left_;
}

bool Stopping::leaving() {
  keep_time_for_saving();
  const job::Stop seen = requests_.local();
  if (seen == job::Stop::terminate ||
      (seen == job::Stop::save && requests_.seconds_left() < needed_seconds())) {
    left_ = true;
  }
  return left_;
}

bool Stopping::saves() const {
  const double seconds = (writer_.writing() >= 0 ? 2 : 1) * writer_.expected_seconds() + export_seconds_;
  return request_ != job::Stop::terminate || (options_.term_seconds > 0 && seconds <= options_.term_seconds);
}

bool Stopping::completes() const {
  return writer_.writing() >= 0 && writer_.expected_seconds() <= options_.term_seconds;
}

}  // namespace srl::training
