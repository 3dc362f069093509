#pragma once
// Checkpoints are written while training continues. Every rank copies its partition, and a thread writes the
// copy. When all ranks' files are on disk, a thread of rank 0 adds state.json and the mark COMPLETE. The
// training threads never wait for a disk: they only check whether the threads are done.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/not_copied.hpp"
#include "training/checkpoint/checkpoint.hpp"

namespace srl::training {

/// Bytes per second that a rank writes: what srl_check measured (SRL_WRITE_BYTES_PER_SECOND), else 100 MB/s.
double write_rate();

class CheckpointWriter : NotCopied {
 public:
  /// `options` are saved for the check on resume. `fingerprint` identifies the data. `keep`: number of newest
  /// checkpoints kept besides the best. `piece_bytes`: of the largest piece, about.
  CheckpointWriter(std::filesystem::path run, std::int64_t keep, Json options, std::string fingerprint,
                   std::uint64_t piece_bytes, const comm::Communicator& world);
  ~CheckpointWriter();

  /// The update whose checkpoint is being written, or -1. The same on all ranks.
  std::int64_t writing() const { return work_ ? state_.update : -1; }
  /// Collective. Starts a checkpoint; none may be under way (finish() waits for it). If this update already
  /// has a checkpoint, only finished groups are added to it, and this waits for the disk. Rank 0 holds all
  /// groups of the state.
  void start(const LoopState& state, const Optimizer& optimizer);
  /// Collective. Looks whether the threads are done, and takes the next step if they are. Cheap: called at
  /// every agreement point.
  void poll();
  /// Collective. Waits for the checkpoint being written. `tick` is called while it waits. EnvironmentError
  /// (also from poll and start) when a rank could not write, for example on a full disk; earlier checkpoints
  /// stay as they are.
  void finish(const std::function<void()>& tick = {});
  /// Seconds that a checkpoint takes from copy to mark: those of the last complete one, maximum over ranks.
  /// Before the first, an estimate from the bytes of a piece and write_rate().
  double expected_seconds() const { return seconds_; }
  /// The run ends without waiting for the disk; the checkpoint being written stays incomplete.
  void abandon();
  /// Tells the writer which checkpoint the run resumed from.
  void resumed_from(const Found& found);

 private:
  struct Work;
  void take_pieces();
  void complete();
  void add_finished(const LoopState& state);
  void fail_with(const std::string& error);  ///< throws unless it is empty

  std::filesystem::path run_;
  std::int64_t keep_, last_ = -1;
  Json options_;
  std::string fingerprint_;
  comm::Communicator world_;
  LoopState state_;             ///< of the checkpoint being written, without its groups
  StateFacts facts_;            ///< of the last checkpoint
  std::shared_ptr<Work> work_;  ///< null when no checkpoint is being written
  double seconds_;
};

}  // namespace srl::training
