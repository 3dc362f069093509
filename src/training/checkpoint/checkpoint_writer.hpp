#pragma once
// Checkpoints while the run goes on: every rank copies its partition, a thread writes the copy, and once all
// ranks' files are on disk rank 0 adds state.json and the completion mark.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "training/checkpoint/checkpoint.hpp"

namespace srl::training {

class CheckpointWriter {
 public:
  /// `options` is kept for the check on resume; `fingerprint` names the data; `keep`: newest checkpoints kept
  /// besides the best.
  CheckpointWriter(std::filesystem::path run, std::int64_t keep, Json options, std::string fingerprint,
                   const comm::Communicator& world);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// Collective. Finishes one that is still being written, then begins this one. Where this update's is there
  /// already, only finished groups are added to it. Rank 0 holds all groups of the state.
  void start(const LoopState& state, const Optimizer& optimizer);
  /// Collective: completes the one being written when every rank's file is on disk. Cheap: called at every
  /// agreement point.
  void poll();
  /// Collective: waits for it. EnvironmentError (here, in poll and in start) when a rank could not write, a
  /// full disk for instance: the checkpoints before stay as they are.
  void finish();
  /// What the last complete one took from copy to mark, the greatest over ranks; 0 before the first.
  double seconds() const { return seconds_; }
  /// The checkpoint that the run goes on from.
  void resumed_from(const Found& found);

 private:
  struct Written;
  void complete();
  void add_finished(const LoopState& state);

  std::filesystem::path run_;
  std::int64_t keep_, last_ = -1;
  Json options_;
  std::string fingerprint_;
  comm::Communicator world_;
  LoopState state_;                   ///< of the one being written
  StateFacts facts_;                  ///< of the last one
  std::shared_ptr<Written> written_;  ///< null when none is under way
  std::thread thread_;
  double seconds_ = 0;
};

}  // namespace srl::training
