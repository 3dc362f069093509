#pragma once
// Stop requests inside an update (docs/design.md, "Ways of failing"): agreed by all ranks at agreement
// points. USR1 and the time limit let the update in hand end where the time left allows it; TERM and INT drop
// it.
#include <functional>
#include <string>

#include "comm/communicator.hpp"
#include "job/stop.hpp"

namespace srl::training {

class Stopping {
 public:
  /// `checkpoint_seconds` tells what a checkpoint takes.
  Stopping(const comm::Communicator& world, const job::StopOptions& options,
           std::function<double()> checkpoint_seconds);

  /// Collective, between updates: is the run to stop?
  bool requested();
  /// Collective, inside an update: is it to be dropped? True once means true until the end.
  bool drops();
  /// This rank's own view: leave what is under way and come to the next agreement point, where drops() is
  /// then true for all.
  bool leaving();
  /// After a request: does a checkpoint still fit? (TERM: into job.term_seconds.)
  bool saves() const;
  const std::string& reason() const { return reason_; }

 private:
  double needed_seconds() const;

  comm::Communicator world_;
  job::StopOptions options_;
  std::function<double()> checkpoint_seconds_;
  job::StopRequests requests_;
  job::Stop request_ = job::Stop::none;
  bool left_ = false;
  std::string reason_;
};

}  // namespace srl::training
