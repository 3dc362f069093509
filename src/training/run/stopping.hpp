#pragma once
// Stop requests inside an update (docs/design.md, "Ways of failing"): agreed by all ranks at agreement
// points. USR1 and the time limit let the update in hand end where the time left allows it; TERM and INT drop
// it.
#include <string>

#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "job/interruption.hpp"
#include "job/stop.hpp"
#include "training/checkpoint/checkpoint_writer.hpp"

namespace srl::training {

/// Progress and phases go to the watchdog. The writer tells what a checkpoint takes, and completes those
/// under way at agreement points.
class Stopping final : public job::Interruption {
 public:
  /// Keeps references.
  Stopping(const comm::Communicator& world, const job::StopOptions& options, comm::Watchdog& watchdog,
           CheckpointWriter& writer);

  void progress() override;
  void phase(const std::string& name, double limit_seconds = 0) override;
  bool leaving() override;
  bool agreed_to_drop() override;

  /// Collective, between updates: is the run to stop?
  bool requested();
  /// After a request: does a checkpoint still fit? (TERM: into job.term_seconds.)
  bool saves() const;
  const std::string& reason() const { return reason_; }

 private:
  double needed_seconds() const;

  comm::Communicator world_;
  job::StopOptions options_;
  comm::Watchdog& watchdog_;
  CheckpointWriter& writer_;
  job::StopRequests requests_;
  job::Stop request_ = job::Stop::none;
  bool left_ = false;
  std::string reason_;
};

}  // namespace srl::training
