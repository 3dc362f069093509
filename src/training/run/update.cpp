// One update: draws, samples, learns, counts and writes its lines.
#include <filesystem>
#include <optional>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "device/device.hpp"
#include "training/data/batch_files.hpp"
#include "training/data/exchange.hpp"
#include "training/run/metrics.hpp"
#include "training/run/training_run.hpp"

namespace srl::training {

namespace fs = std::filesystem;

namespace {

std::string no_group_kept(const EmptyUpdates& empty) {
  return cat(
      empty.text(),
      "; nothing was learned from them. Read samples.jsonl in the run directory. Where no format is right, "
      "teach it first (jobs/presets/format_sft.ini); where all rewards are high, the model can do these "
      "steps already. training.max_empty_updates sets this limit");
}

}  // namespace

/// The batch of the update with its figures. Nothing when a stop request came first. All groups sampled until
/// then are kept in state_.finished, so that an update that is dropped now or while it trains is repeated
/// without sampling them again.
std::optional<SampledBatch> TrainingRun::next_batch(UpdateReport& report) {
  SampledBatch next;
  next.position = state_.position;
  if (options_.supervised()) {
    SupervisedBatch made = supervised_batch(setup_.supervised, state_.position);
    next.batch = std::move(made.batch);
    next.position = made.position;
    next.skipped_long = made.skipped_long;
  } else if (!options_.training.replay.empty()) {
    next.batch = replayed_batch(options_, report.update);
  } else {
    next = sample_batch(setup_.sampler, state_.position, state_.carried, state_.finished, state_.kept_share,
                        stopping_);
    state_.finished = std::move(next.finished);
    if (next.stopped) { return std::nullopt; }
    report.sampled = next.figures;
    warn_about_missing_groups(report);
  }
  report.position = next.position;
  report.prompts_too_long = next.skipped_long;
  if (report.update == 1 && fitting_) { report.too_long = fitting_->too_long(); }
  report.seconds.rollout = next.rollout_seconds;
  report.seconds.reward = next.reward_seconds;
  return next;
}

/// With one sampling round the user does not ask for a full batch. The metrics line has the number of groups.
void TrainingRun::warn_about_missing_groups(const UpdateReport& report) const {
  const std::int64_t wanted = options_.training.prompts_per_update;
  if (options_.objective.max_sampling_rounds <= 1 || report.sampled->groups >= wanted) { return; }
  log_info(cat("update ", report.update, ": ", report.sampled->groups, " of ", counted(wanted, "group"),
               " kept after ", report.sampled->rounds,
               " sampling rounds (all other groups had equal rewards); the update uses these"));
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

/// Updates the state after an update that was not dropped.
void TrainingRun::count_update(Batch& batch, UpdateReport& report) {
  if (report.skipped) { keep_bad_update(batch, report.update); }
  if (report.sampled) {
    state_.rollouts_sampled += report.sampled->rollouts_sampled;
    state_.empty.count(*report.sampled);
    state_.kept_share.count(report.sampled->groups_sampled,
                            report.sampled->groups_sampled - report.sampled->groups_filtered);
  }
  state_.finished.clear();
  state_.update = report.update;
  state_.position = report.position;
  state_.bad_updates = report.skipped ? state_.bad_updates + 1 : 0;
  report.epoch = static_cast<double>(state_.position) / static_cast<double>(setup_.train_data.epoch_draws());
  report.rollouts_sampled = state_.rollouts_sampled;
}

void TrainingRun::keep_bad_update(Batch& batch, std::int64_t update) {
  deliver(batch, all_to(0, batch), Texts::yes, world_);
  if (!world_.is_root()) { return; }
  log_warning(cat("update ", update, " skipped: loss or gradient is not finite; its instances are in ",
                  save_bad_update(directory_.folder(), batch, update).string()));
}

/// Rank 0 writes the rollouts, so it receives all payloads.
void TrainingRun::save_batch(Batch& batch, std::int64_t update) {
  deliver(batch, all_to(0, batch), Texts::no, world_);
  if (world_.is_root()) { save_rollouts(directory_.folder(), batch, update); }
}

/// Some rollouts for people to read.
void TrainingRun::write_samples(Batch& batch, std::int64_t update) {
  const Receivers kept = spread_samples(batch, options_.training.samples_kept);
  deliver(batch, kept, Texts::yes, world_);
  if (!world_.is_root()) { return; }
  for (const Json& line : sample_lines(setup_.sampler, batch, kept, update)) {
    directory_.append("samples.jsonl", line);
  }
}

void TrainingRun::write_lines(SampledBatch& sampled, const UpdateReport& report) {
  const Json metrics = job::figures_json(report);
  directory_.append("metrics.jsonl", metrics);
  last_words_ = progress_words(report);
  if (events_) { events_->add(report.update, job::numbers_of(metrics)); }
  if (report.sampled) {
    write_samples(sampled.batch, report.update);
    write_samples(sampled.dropped, report.update);
  }
  note_figures(report);
  if (world_.is_root()) {
    findings_.add(metrics);
    tell_findings();
  }
  directory_.set_status(job::State::running, "", state_.update);
}

/// Figures in STATUS for people and scripts. The time left is estimated from this start's updates.
void TrainingRun::note_figures(const UpdateReport& report) {
  const double seconds = report.seconds.total;
  pace_ = pace_ > 0 ? 0.9 * pace_ + 0.1 * seconds : seconds;
  directory_.note("seconds_per_update", fixed(pace_, 3));
  directory_.note("seconds_left", fixed(pace_ * static_cast<double>(updates_ - report.update), 0));
  if (report.sampled) { directory_.note("reward", fixed(report.sampled->reward_mean(), 3)); }
  if (!report.skipped) { directory_.note("loss", fixed(report.gradients.loss, 4)); }
}

TrainingRun::Outcome TrainingRun::one_update() {
  const Timer total;
  UpdateReport report;
  report.update = state_.update + 1;
  report.learning_rate = learning_rate_now();
  stopping_.phase("rollout");
  std::optional<SampledBatch> next = next_batch(report);
  if (!next || stopping_.agreed_to_drop()) { return Outcome::dropped; }
  Batch& batch = next->batch;
  if (!batch.empty()) {
    if (options_.rollout.save && !options_.supervised()) { save_batch(batch, report.update); }
    const Learned learned = train_on(batch, report);
    if (learned == Learned::dropped) { return Outcome::dropped; }
    if (learned == Learned::not_finite) { report.skip(); }
  }
  state_.carried = std::move(next->surplus);
  count_update(batch, report);
  const std::int64_t best_before = state_.best_update;
  if (options_.validation.every_updates > 0 && state_.update % options_.validation.every_updates == 0) {
    report.validation = validate_now(state_.update);
  }
  report.seconds.checkpoint = std::exchange(checkpoint_spent_, 0.0);
  const device::MemoryFigures memory = device::process_memory();
  report.memory_peak_bytes = static_cast<std::int64_t>(memory.peak);
  report.memory_beyond_start_bytes = static_cast<std::int64_t>(memory.peak - setup_.resident_before);
  report.peak_rate = peak_rate_;
  job::combine_over_ranks(report, world_);
  report.seconds.total = total.seconds();
  write_lines(*next, report);
  // Only after the metrics line is written: a kill in between loses the update, but a checkpoint never holds
  // an update without a line.
  save_if_due(state_.best_update != best_before);
  if (state_.bad_updates > 0 && state_.bad_updates >= options_.training.max_bad_updates) {
    throw Error(cat(counted(state_.bad_updates, "update"),
                    " in a row had a loss or gradient that is not finite; check "
                    "training.learning_rate; their instances are in ",
                    (directory_.folder() / "bad_updates").string()));
  }
  const std::int64_t most_empty = options_.training.max_empty_updates;
  if (most_empty > 0 && state_.empty.updates >= most_empty) { throw Error(no_group_kept(state_.empty)); }
  return Outcome::done;
}

}  // namespace srl::training
