// One update: draw and sample, learn, count, write its lines.
#include <filesystem>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "device/device.hpp"
#include "training/data/batch_files.hpp"
#include "training/optimise/learning_rate.hpp"
#include "training/run/metrics.hpp"
#include "training/run/training_run.hpp"

namespace srl::training {

namespace fs = std::filesystem;

/// The batch of the update; nothing when a stop request came first, and what was sampled for it by then is
/// kept.
std::optional<Batch> TrainingRun::next_batch(UpdateReport& report) {
  if (options_.supervised()) {
    SupervisedBatch made = supervised_batch(setup_.supervised, state_.position);
    report.position = made.position;
    report.prompts_too_long = made.skipped_long;
    return std::move(made.batch);
  }
  if (!options_.training.replay.empty()) {
    report.position = state_.position;
    return replayed_batch(options_, report.update);
  }
  SampledBatch sampled =
      sample_batch(setup_.sampler, state_.position, state_.carried, state_.finished, stopping_);
  if (sampled.stopped) {
    state_.finished = std::move(sampled.finished);
    return std::nullopt;
  }
  report.position = sampled.position;
  report.prompts_too_long = sampled.skipped_long;
  report.seconds.rollout = sampled.rollout_seconds;
  report.seconds.reward = sampled.reward_seconds;
  sampled.generated_tokens = world_.all_reduce(sampled.generated_tokens, comm::Reduce::sum);
  // One round asked for is no attempt to fill the batch; the number of groups stands in the update's line.
  if (options_.objective.max_sampling_rounds > 1 &&
      std::ssize(sampled.batch) < options_.training.prompts_per_update) {
    log_info(cat("update ", report.update, ": ", sampled.batch.size(), " of ",
                 options_.training.prompts_per_update, " groups kept after ", sampled.rounds,
                 " sampling rounds (all other groups had equal rewards); going on with what there is"));
  }
  Batch batch = std::exchange(sampled.batch, Batch(sampled.batch.size()));  // only their number is reported
  report.sampled = std::move(sampled);
  return batch;
}

Learned TrainingRun::train_on(const Batch& batch, UpdateReport& report) {
  std::optional<fs::path> dump;
  if (!options_.training.dump_gradients.empty()) {
    dump = fs::path(options_.training.dump_gradients) / cat("update_", report.update, ".safetensors");
  }
  LearnReport learned;
  const Learned outcome = learner_.learn(batch, report.learning_rate, dump, stopping_, learned);
  report.gradients = learned.figures;
  report.grad_norm = learned.grad_norm;
  report.seconds.forward_backward = learned.gradient_seconds;
  report.seconds.optimizer = learned.optimizer_seconds;
  return outcome;
}

/// The state after an update that was not dropped.
void TrainingRun::count_update(const Batch& batch, UpdateReport& report) {
  if (report.skipped && world_.is_root()) {
    log_warning(cat("update ", report.update,
                    " skipped: loss or gradient is not finite; its instances are in ",
                    save_bad_update(directory_->folder(), batch, report.update).string()));
  }
  if (report.sampled) {
    state_.rollouts_sampled += report.sampled->rollouts_sampled;
    state_.carried = std::move(report.sampled->surplus);
    state_.finished.clear();
  }
  state_.update = report.update;
  state_.position = report.position;
  state_.bad_updates = report.skipped ? state_.bad_updates + 1 : 0;
  report.epoch = static_cast<double>(state_.position) / static_cast<double>(setup_.train_data.epoch_draws());
  report.rollouts_sampled = state_.rollouts_sampled;
}

void TrainingRun::write_lines(const Batch& batch, const UpdateReport& report) {
  const Json metrics = metrics_line(report);
  directory_->append("metrics.jsonl", metrics);
  last_words_ = progress_words(report);
  if (events_) { events_->add(report.update, job::numbers_of(metrics)); }
  if (world_.is_root() && report.sampled) {
    for (const Json& line :
         sample_lines(setup_.sampler, batch, report.update, options_.training.samples_kept)) {
      directory_->append("samples.jsonl", line);
    }
  }
  directory_->set_status(job::State::running, "", state_.update);
}

TrainingRun::Outcome TrainingRun::one_update() {
  const Timer total;
  UpdateReport report;
  report.update = state_.update + 1;
  report.learning_rate = learning_rate(options_.training, report.update, updates_);
  stopping_.phase("rollout");
  const std::optional<Batch> batch = next_batch(report);
  if (!batch || stopping_.agreed_to_drop()) { return Outcome::dropped; }
  if (!batch->empty()) {
    if (options_.rollout.save && !options_.supervised() && world_.is_root()) {
      save_rollouts(directory_->folder(), *batch, report.update);
    }
    const Learned learned = train_on(*batch, report);
    if (learned == Learned::dropped) { return Outcome::dropped; }
    report.skipped = learned == Learned::not_finite;
  }
  count_update(*batch, report);
  const std::int64_t best_before = state_.best_update;
  if (options_.validation.every_updates > 0 && state_.update % options_.validation.every_updates == 0) {
    report.validation = validate_now(state_.update);
  }
  report.seconds.checkpoint = std::exchange(checkpoint_spent_, 0.0);
  const device::MemoryFigures memory = device::process_memory();
  report.memory_beyond_start_bytes = static_cast<std::uint64_t>(
      world_.all_reduce(static_cast<std::int64_t>(memory.peak - setup_.resident_before), comm::Reduce::max));
  report.memory_peak_bytes = static_cast<std::uint64_t>(
      world_.all_reduce(static_cast<std::int64_t>(memory.peak), comm::Reduce::max));
  report.peak_rate = peak_rate_;
  report.seconds.total = total.seconds();
  write_lines(*batch, report);
  // After the update's line: a kill in between costs the update, never the line of one that a checkpoint
  // holds.
  if (checkpoint_due(state_.best_update != best_before)) { save(false); }
  if (state_.bad_updates > 0 && state_.bad_updates >= options_.training.max_bad_updates) {
    throw Error(cat(state_.bad_updates,
                    " updates in a row had a loss or gradient that is not finite; their instances are in ",
                    (directory_->folder() / "bad_updates").string()));
  }
  return Outcome::done;
}

}  // namespace srl::training
