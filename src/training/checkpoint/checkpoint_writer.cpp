#include "training/checkpoint/checkpoint_writer.hpp"

#include <algorithm>
#include <exception>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "store/complete_folder.hpp"

namespace srl::training {

/// Result of the writing thread; read only after `done`.
struct CheckpointWriter::Written {
  std::atomic<bool> done = false;
  PieceInfo piece;
  std::vector<PieceInfo> groups;  ///< rank 0
  std::string error;
  Timer since;
  double seconds = 0;
};

CheckpointWriter::CheckpointWriter(std::filesystem::path run, std::int64_t keep, Json options,
                                   std::string fingerprint, const comm::Communicator& world)
    : run_(std::move(run)),
      keep_(keep),
      options_(std::move(options)),
      fingerprint_(std::move(fingerprint)),
      world_(world) {}

CheckpointWriter::~CheckpointWriter() {
  if (!thread_.joinable()) { return; }
  // During exception unwinding, do not wait for a disk. The thread owns all that it uses.
  if (std::uncaught_exceptions() > 0) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void CheckpointWriter::start(const LoopState& state, const Optimizer& optimizer) {
  finish();
  if (last_ == state.update) { return add_finished(state); }
  last_ = state.update;
  state_ = state;
  facts_ = {optimizer.steps(), {}, {}, options_, fingerprint_};
  const std::filesystem::path folder = checkpoint_folder(run_, state.update);
  store::begin_folder(folder, world_);
  written_ = std::make_shared<Written>();
  thread_ =
      std::thread([written = written_, write = optimizer.save(folder), folder, root = world_.is_root(),
                   groups = world_.is_root() ? LoopState{.carried = state.carried, .finished = state.finished}
                                             : LoopState{}] {
        try {
          written->piece = write();
          if (root) { written->groups = write_groups(folder, groups); }
        } catch (const std::exception& failure) { written->error = failure.what(); }
        written->seconds = written->since.seconds();
        written->done = true;
      });
}

void CheckpointWriter::resumed_from(const Found& found) {
  last_ = found.state.update;
  facts_ = found.facts;
  facts_.options = options_;
}

/// state.json is replaced atomically, so the checkpoint stays complete.
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
  if (!written_ || world_.all_reduce(std::int64_t{written_->done}, comm::Reduce::min) == 0) { return; }
  complete();
}

void CheckpointWriter::finish() {
  if (written_) { complete(); }
}

void CheckpointWriter::complete() {
  thread_.join();
  const std::shared_ptr<Written> written = std::exchange(written_, nullptr);
  Json mine = Json::object();
  mine["file"] = written->piece.file;
  mine["xxh3_128"] = written->piece.xxh3_128;
  mine["bytes"] = written->piece.bytes;
  mine["error"] = written->error;
  facts_.groups = written->groups;
  for (const std::string& text : world_.all_gather(mine.dump())) {
    const Json json = Json::parse(text, "checkpoint piece");
    if (const std::string& error = json.at("error").as_string(); !error.empty()) {
      last_ = -1;
      throw EnvironmentError(
          cat("checkpoint of update ", state_.update, " failed: ", error, "; earlier checkpoints are kept"));
    }
    facts_.pieces.push_back({json.at("file").as_string(), json.at("xxh3_128").as_string(),
                             static_cast<std::uint64_t>(json.at("bytes").as_integer())});
  }
  const std::filesystem::path folder = checkpoint_folder(run_, state_.update);
  const Timer timer;
  if (world_.is_root()) { write_state(folder, state_, facts_); }
  store::complete_folder(folder, world_);
  if (world_.is_root()) { remove_old_checkpoints(run_, keep_, state_.best_update); }
  seconds_ = world_.all_reduce(written->seconds + timer.seconds(), comm::Reduce::max);
  log_info(cat("checkpoint ", folder.string(), " complete, ", human_seconds(seconds_)));
  state_ = {};
}

}  // namespace srl::training
