#include "training/checkpoint/checkpoint_writer.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "job/status_file.hpp"
#include "store/complete_folder.hpp"

namespace srl::training {

double write_rate() {
  constexpr double unknown = 100e6;
  const double told = std::atof(job::environment_word("SRL_WRITE_BYTES_PER_SECOND").c_str());
  return told > 0 ? told : unknown;
}

/// What a thread writes now: first this rank's piece, then on rank 0 state.json and the mark. The thread owns
/// all that it uses, so that it may outlive the writer after an exception.
struct CheckpointWriter::Work {
  std::thread thread;
  bool pieces_taken = false;  ///< all ranks' pieces are on disk; rank 0 completes the folder

  // Set by the thread, read by others only after `done`.
  std::atomic<bool> done = false;
  PieceInfo piece;
  std::vector<PieceInfo> groups;  ///< rank 0
  std::string error;
  Timer since;
  double seconds = 0;  ///< of all steps of this rank so far

  /// Runs `step` in a thread. `self` keeps this object alive until it ends.
  static void run(const std::shared_ptr<Work>& self, std::function<void(Work&)> step) {
    self->done = false;
    self->since.restart();
    self->thread = std::thread([self, step = std::move(step)] {
      try {
        step(*self);
      } catch (const std::exception& failure) { self->error = failure.what(); }
      self->seconds += self->since.seconds();
      self->done = true;
    });
  }
};

CheckpointWriter::CheckpointWriter(std::filesystem::path run, std::int64_t keep, Json options,
                                   std::string fingerprint, std::uint64_t piece_bytes,
                                   const comm::Communicator& world)
    : run_(std::move(run)),
      keep_(keep),
      options_(std::move(options)),
      fingerprint_(std::move(fingerprint)),
      world_(world),
      seconds_(world_.all_reduce(static_cast<double>(piece_bytes) / write_rate(), comm::Reduce::max)) {}

CheckpointWriter::~CheckpointWriter() {
  if (!work_ || !work_->thread.joinable()) { return; }
  // During exception unwinding, do not wait for a disk.
  if (std::uncaught_exceptions() > 0) {
    work_->thread.detach();
  } else {
    work_->thread.join();
  }
}

void CheckpointWriter::abandon() {
  if (work_ && work_->thread.joinable()) { work_->thread.detach(); }
}

void CheckpointWriter::start(const LoopState& state, const Optimizer& optimizer) {
  if (work_) { throw Bug("a checkpoint is started while another is being written"); }
  if (last_ == state.update) { return add_finished(state); }
  last_ = state.update;
  state_ = state;
  LoopState groups;
  if (world_.is_root()) {
    groups.carried = std::move(state_.carried);
    groups.finished = std::move(state_.finished);
  }
  state_.carried.clear();
  state_.finished.clear();
  facts_ = {optimizer.steps(), {}, {}, options_, fingerprint_};
  work_ = std::make_shared<Work>();
  const std::filesystem::path folder = checkpoint_folder(run_, state.update);
  Work::run(work_, [write = optimizer.save(folder), folder, root = world_.is_root(),
                    groups = std::move(groups)](Work& work) {
    make_folders(folder);  // the first rank that comes here makes it
    work.piece = write();
    if (root) { work.groups = write_groups(folder, groups); }
  });
}

void CheckpointWriter::resumed_from(const Found& found) {
  last_ = found.state.update;
  facts_ = found.facts;
  facts_.options = options_;
}

/// The groups get a new name and state.json is replaced atomically, so the checkpoint is complete at every
/// moment.
void CheckpointWriter::add_finished(const LoopState& state) {
  if (state.finished.empty()) { return; }
  const std::filesystem::path folder = checkpoint_folder(run_, state.update);
  if (world_.is_root()) {
    facts_.groups = write_groups(folder, state);
    write_state(folder, state, facts_);
  }
  world_.barrier();
}

void CheckpointWriter::poll() {
  if (!work_) { return; }
  const bool mine = !work_->thread.joinable() || work_->done;
  if (world_.all_reduce(std::int64_t{mine}, comm::Reduce::min) == 0) { return; }
  if (work_->pieces_taken) {
    complete();
  } else {
    take_pieces();
  }
}

void CheckpointWriter::finish(const std::function<void()>& tick) {
  while (work_) {
    while (work_->thread.joinable() && !work_->done) {
      if (tick) { tick(); }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    poll();
  }
}

/// Collective: all ranks' pieces are on disk. Rank 0 begins to complete the folder.
void CheckpointWriter::take_pieces() {
  work_->thread.join();
  Json mine = Json::object();
  mine["file"] = work_->piece.file;
  mine["xxh3_128"] = work_->piece.xxh3_128;
  mine["bytes"] = work_->piece.bytes;
  mine["error"] = work_->error;
  for (const std::string& text : world_.all_gather(mine.dump())) {
    const Json json = Json::parse(text, "checkpoint piece");
    fail_with(json.at("error").as_string());
    facts_.pieces.push_back({json.at("file").as_string(), json.at("xxh3_128").as_string(),
                             static_cast<std::uint64_t>(json.at("bytes").as_integer())});
  }
  facts_.groups = work_->groups;
  work_->pieces_taken = true;
  if (!world_.is_root()) { return; }
  Work::run(work_, [run = run_, keep = keep_, state = state_, facts = facts_](Work&) {
    const std::filesystem::path folder = checkpoint_folder(run, state.update);
    write_state(folder, state, facts);
    store::mark_complete(folder);
    remove_old_checkpoints(run, keep, state.best_update);
  });
}

/// Collective: rank 0's thread has completed the folder.
void CheckpointWriter::complete() {
  if (work_->thread.joinable()) { work_->thread.join(); }
  fail_with(world_.broadcast(work_->error, 0));
  seconds_ = world_.all_reduce(work_->seconds, comm::Reduce::max);
  log_info(cat("checkpoint ", checkpoint_folder(run_, state_.update).string(), " complete, ",
               human_seconds(seconds_)));
  work_ = nullptr;
  state_ = {};
}

void CheckpointWriter::fail_with(const std::string& error) {
  if (error.empty()) { return; }
  work_ = nullptr;
  last_ = -1;
  throw EnvironmentError(
      cat("checkpoint of update ", state_.update, " failed: ", error, "; earlier checkpoints are kept"));
}

}  // namespace srl::training
