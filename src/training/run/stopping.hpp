#pragma once
// Stop requests inside an update (docs/design.md, "Ways of failing"): all ranks agree on them at agreement
// points. After USR1 or near the time limit the current update still ends if there is enough time; TERM and
// INT drop it.
#include <functional>
#include <string>

#include "comm/communicator.hpp"
#include "comm/watchdog.hpp"
#include "job/interruption.hpp"
#include "job/stop.hpp"
#include "training/checkpoint/checkpoint_writer.hpp"

namespace srl::training {

/// Reports progress and phases to the watchdog. Asks the writer how long a checkpoint takes, and lets it
/// complete pending checkpoints at agreement points.
class Stopping final : public job::Interruption {
 public:
  /// Keeps references. `export_seconds`: time for which this rank's exports would hold up a checkpoint.
  Stopping(const comm::Communicator& world, const job::StopOptions& options, comm::Watchdog& watchdog,
           CheckpointWriter& writer, std::function<double()> export_seconds);

  void progress() override;
  void phase(const std::string& name, double limit_seconds = 0) override;
  bool leaving() override;
  bool agreed_to_drop() override;

  /// Collective, between updates. Whether the run must stop.
  bool requested();
  /// After a request: whether there is time for a checkpoint (after TERM: within job.term_seconds).
  bool saves() const;
  /// When saves() is false: whether there is time to complete the checkpoint being written.
  bool completes() const;
  const std::string& reason() const { return reason_; }

 private:
  double needed_seconds() const;
  void keep_time_for_saving() { requests_.keep_free(needed_seconds()); }

  comm::Communicator world_;
  job::StopOptions options_;
  comm::Watchdog& watchdog_;
  CheckpointWriter& writer_;
  job::StopRequests requests_;
  job::Stop request_ = job::Stop::none;
  std::function<double()> measure_export_;
  double export_seconds_ = 0;  ///< of all ranks, at the last agreement point
  bool left_ = false;
  std::string reason_;
};

}  // namespace srl::training
