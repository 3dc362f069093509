#pragma once
// Checkpoints are written while training continues: every rank copies its partition and a thread writes the
// copy. When all ranks' files are on disk, rank 0 adds state.json and the mark COMPLETE.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "training/checkpoint/checkpoint.hpp"

namespace srl::training {

class CheckpointWriter {
 public:
  /// `options` are saved for the check on resume. `fingerprint` identifies the data. `keep`: number of newest
  /// checkpoints kept besides the best.
  CheckpointWriter(std::filesystem::path run, std::int64_t keep, Json options, std::string fingerprint,
                   const comm::Communicator& world);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// Collective. Finishes the checkpoint that is still being written, then starts a new one. If this update
  /// already has a checkpoint, only finished groups are added to it. Rank 0 holds all groups of the state.
  void start(const LoopState& state, const Optimizer& optimizer);
  /// Collective. Completes the checkpoint being written when every rank's file is on disk. Cheap: called at
  /// every agreement point.
  void poll();
  /// Collective. Waits for the checkpoint being written. EnvironmentError (also from poll and start) when a
  /// rank could not write, for example on a full disk; earlier checkpoints stay as they are.
  void finish();
  /// Seconds that the last complete checkpoint took from copy to mark, maximum over ranks; 0 before the
  /// first.
  double seconds() const { return seconds_; }
  /// Tells the writer which checkpoint the run resumed from.
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
  LoopState state_;                   ///< of the checkpoint being written
  StateFacts facts_;                  ///< of the last checkpoint
  std::shared_ptr<Written> written_;  ///< null when no checkpoint is being written
  std::thread thread_;
  double seconds_ = 0;
};

}  // namespace srl::training
