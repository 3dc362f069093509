// Checkpoints, exports and the end of a run.
#include "base/counted.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "config/shell.hpp"
#include "device/device.hpp"
#include "training/data/exchange.hpp"
#include "training/run/training_run.hpp"

namespace srl::training {

namespace fs = std::filesystem;

/// Rank 0 exports the best model so far: on a thread if there is memory for a copy of the weights.
void TrainingRun::export_best() {
  long_phase("export");
  learner_.optimizer().fetch();
  if (world_.is_root()) {
    const fs::path folder = directory_.folder() / "export_best";
    if (exports_in_background_) {
      best_export_.start(setup_.weights, options_, folder);
    } else {
      export_trained(setup_.weights, options_, folder, [this] { stopping_.progress(); });
    }
  }
  world_.barrier();
}

/// Collective. Whether the best model is still being exported and is not today's: a checkpoint of today's
/// weights could not repeat that export.
bool TrainingRun::exports_older() const {
  const bool mine = best_export_.running() && state_.best_update != state_.update;
  return world_.all_reduce(std::int64_t{mine}, comm::Reduce::max) > 0;
}

/// Collective, for a checkpoint. An export of these weights may be owed; one of older weights is completed
/// first. Throws what a failed export threw.
bool TrainingRun::export_owed() {
  const bool waits = state_.best_update != state_.update || !best_export_.running();
  if (world_.is_root() && waits) {
    best_export_.finish([this] { stopping_.progress(); });
  }
  return world_.all_reduce(std::int64_t{best_export_.running()}, comm::Reduce::max) > 0;
}

/// Time for which a checkpoint of now would wait for the export of the best model.
double TrainingRun::export_seconds() const {
  return state_.best_update != state_.update ? best_export_.expected_seconds() : 0;
}

bool TrainingRun::checkpoint_due(bool new_best) const {
  const auto& c = options_.checkpoint;
  const bool by_count = c.every_updates > 0 && state_.update % c.every_updates == 0;
  // Clocks differ between ranks: rank 0 decides for all.
  const bool mine = c.every_minutes > 0 && since_checkpoint_.seconds() > 60 * c.every_minutes;
  const bool by_time =
      c.every_minutes > 0 && world_.all_reduce(std::int64_t{world_.is_root() && mine}, comm::Reduce::max) > 0;
  return by_count || by_time || (new_best && (c.every_updates > 0 || c.every_minutes > 0));
}

void TrainingRun::long_phase(const std::string& name) {
  stopping_.phase(name, 10 * options_.common.watchdog_seconds);
}

/// A checkpoint that is due while another is being written is skipped: no update waits for a disk.
void TrainingRun::save_if_due(bool new_best) {
  if (!checkpoint_due(new_best)) { return; }
  writer_.poll();
  if (writer_.writing() >= 0) {
    log_common_warning(cat("the checkpoint of update ", state_.update, " is skipped: that of update ",
                           writer_.writing(), " is still being written"));
    return;
  }
  if (exports_older()) {
    log_common_warning(cat("the checkpoint of update ", state_.update,
                           " is skipped: the best model, that of update ", state_.best_update,
                           ", is still being exported"));
    return;
  }
  save(false);
}

/// With `wait` the run ends here: the checkpoint being written is completed first.
void TrainingRun::save(bool wait) {
  const Timer timer;
  long_phase("checkpoint");
  if (wait) { writer_.finish(); }
  state_.export_owed = export_owed();
  for (Batch* groups : {&state_.carried, &state_.finished}) {
    deliver(*groups, all_to(0, *groups), Texts::yes, world_);  // rank 0 writes them
  }
  writer_.start(state_, learner_.optimizer());
  if (wait) { writer_.finish(); }
  checkpoint_spent_ += timer.seconds();
  since_checkpoint_.restart();
}

/// After a stop request: saves a checkpoint if there is time, and sets STATUS.
int TrainingRun::stopped_early() {
  const std::string& reason = stopping_.reason();
  if (!stopping_.saves()) {
    if (stopping_.completes()) {
      long_phase("checkpoint");
      writer_.finish();
    }
    directory_.set_status(job::State::failed, cat("terminated at update ", state_.update), state_.update);
    writer_.abandon();
    best_export_.abandon();
    log_common_warning(cat(reason, ": stopped at update ", state_.update,
                           " without a new checkpoint; the last complete checkpoint is kept"));
    world_.barrier();
    return 1;
  }
  save(true);
  directory_.set_status(job::State::saved, reason, {state_.update, std::ssize(state_.finished)});
  log_info(cat(reason, ": saved at update ", state_.update, " of ", updates_,
               "; to resume, run the same command with --resume auto"));
  world_.barrier();
  return static_cast<int>(options_.stop.saved_exit_code);
}

void TrainingRun::finish() {
  const auto tick = [this] { stopping_.progress(); };
  Exported exported{directory_.folder() / "export"};
  long_phase("export");
  if (world_.is_root()) { best_export_.finish(tick); }
  learner_.optimizer().fetch();
  if (world_.is_root() && exports_in_background_) {
    last_export_.start(setup_.weights, options_, exported.folder);  // beside the last checkpoint
  }
  save(true);
  long_phase("export");
  const std::int64_t peak = static_cast<std::int64_t>(device::process_memory().peak - setup_.resident_before);
  log_info(cat("peak memory per rank, measured (maximum over ranks): ",
               human_bytes(static_cast<double>(world_.all_reduce(peak, comm::Reduce::max))),
               " more than before the weights were loaded"));
  if (world_.is_root()) {
    exported = exports_in_background_ ? last_export_.finish(tick)
                                      : export_trained(setup_.weights, options_, exported.folder, tick);
  }
  world_.barrier();
  if (state_.best_update == 0) {
    log_common_warning(cat(
        "no validation beat the start model, which scored ", fixed(state_.best_validation, 3),
        " before the first update: there is no export_best; ", options_.model, " is still the best model"));
  }
  const std::string nothing = world_.is_root() ? nothing_learned(exported.changed_share) : "";
  const bool early = state_.update < updates_ && options_.training.updates > 0;
  directory_.set_status(job::State::finished,
                        !nothing.empty() ? nothing
                        : early          ? cat(state_.without_gain, " validations without a gain")
                                         : "",
                        state_.update);
  log_info(cat("finished: ", counted(state_.update, "update"), ", ",
               counted(state_.rollouts_sampled, "rollout"), " sampled; model in ", exported.folder.string(),
               ", metrics in ", (directory_.folder() / "metrics.jsonl").string()));
  log_info(cat("next: srl_eval --model ", shell_quoted(exported.folder.string()),
               " --input BENCHMARK.jsonl --output results/NAME"));
}

}  // namespace srl::training
