#include "training/trainer.hpp"

#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "job/devices.hpp"
#include "job/progress.hpp"
#include "job/run_lock.hpp"
#include "model/parallel.hpp"
#include "training/checkpoint/resume.hpp"
#include "training/data/exchange.hpp"
#include "training/optimise/flops.hpp"
#include "training/plan/dry_run.hpp"
#include "training/run/export.hpp"
#include "training/run/training_run.hpp"

namespace srl::training {

namespace fs = std::filesystem;

TrainingRun::TrainingRun(const Options& options, job::Context& context, job::RunDirectory& directory)
    : options_(options),
      context_(context),
      directory_(directory),
      world_(context.world),
      resolved_(config::to_json(context.subcommand, context.visit)),
      setup_(options, world_, context.threads),
      learner_(options, setup_.weights, setup_.model,
               setup_.reference_model ? &*setup_.reference_model : nullptr, world_, setup_.pool),
      writer_(options.run, options.checkpoint.keep, resolved_, setup_.fingerprint,
              learner_.optimizer().piece_bytes(), world_),
      stopping_(world_, options.stop, context.watchdog, writer_),
      updates_(update_count()),
      validation_set_(
          validation_set(options, setup_.sampler, setup_.validation_data, setup_.folder.chat_template)) {}

std::int64_t TrainingRun::update_count() const {
  if (options_.training.updates > 0) { return options_.training.updates; }
  const double instances = options_.training.epochs * static_cast<double>(setup_.train_data.epoch_draws());
  return std::max<std::int64_t>(
      1, std::llround(std::ceil(instances / static_cast<double>(options_.training.prompts_per_update))));
}

/// With training.updates = 0 the run ends after training.epochs passes over the data. Filtered and skipped
/// draws count too.
bool TrainingRun::more_updates() const {
  const std::int64_t patience = options_.validation.patience;
  if (patience > 0 && state_.without_gain >= patience) { return false; }
  if (options_.training.updates > 0) { return state_.update < updates_; }
  return static_cast<double>(state_.position) <
         options_.training.epochs * static_cast<double>(setup_.train_data.epoch_draws());
}

/// Loads the checkpoint to resume from. Apart from STATUS the run directory is not changed before this, so a
/// refused resume leaves the run as it was.
bool TrainingRun::resume() {
  std::optional<Found> found;
  try {
    found = checkpoint_to_resume(options_, resolved_, setup_.fingerprint, world_);
  } catch (const BadOption&) {
    directory_.refuse();
    throw;
  }
  if (!found) { return false; }
  learner_.optimizer().load(found->folder, found->facts.pieces, found->facts.optimizer_steps);
  state_ = found->state;
  writer_.resumed_from(*found);
  log_info(cat("resumed from ", found->folder.string(), " (update ", state_.update, ", saved by ",
               found->facts.pieces.size(), " ranks)"));
  if (!state_.carried.empty() || !state_.finished.empty()) {
    log_info(cat(state_.carried.size(), " carried groups and ", state_.finished.size(),
                 " groups of the interrupted update are in the checkpoint and are used"));
  }
  return true;
}

void TrainingRun::begin_run(bool resumed) {
  Json extra = Json::object();
  extra["model"] = options_.model;
  extra["data"] = setup_.fingerprint;
  if (setup_.generator) {
    extra["products_rows_equal"] =
        world_.all_reduce(std::int64_t{setup_.generator->rows_are_equal()}, comm::Reduce::min) > 0;
  }
  directory_.describe(context_, extra, {state_.update, std::ssize(state_.finished)});
  directory_.cut_after(resumed ? state_.update : -1, {"metrics.jsonl", "validation.jsonl", "samples.jsonl"});
  if (world_.is_root()) { remove_incomplete_checkpoints(options_.run); }
  world_.barrier();  // from here on ranks write new ones
  if (options_.training.tensorboard && world_.is_root()) {
    events_.emplace(directory_.folder() / "tensorboard", state_.update + 1);
  }
  if (!options_.training.dump_gradients.empty() && world_.is_root()) {
    make_folders(options_.training.dump_gradients);
  }
  if (state_.export_owed) { export_best(); }
  if (options_.validation.every_updates == 0) { state_.validation_owed = false; }
  if (options_.validation.every_updates == 0 || (resumed && !state_.validation_owed)) { return; }
  const std::optional<Json> figures = validate_now(state_.update);
  if (!figures) { return; }
  Json line = Json::object();
  line["update"] = state_.update;
  line["validation"] = *figures;
  directory_.append("validation.jsonl", line);
}

/// Runs a validation and returns its figures. A new best model is exported at once. Returns nothing when
/// there are no questions, or when a stop request interrupts it; then validation_owed is set.
std::optional<Json> TrainingRun::validate_now(std::int64_t update) {
  state_.validation_owed = false;
  if (validation_set_.empty()) { return std::nullopt; }
  stopping_.phase("validation");
  const std::optional<ValidationFigures> figures = validate(setup_.sampler, validation_set_, stopping_);
  if (!figures) {
    state_.validation_owed = true;
    log_info(cat("validation at update ", update,
                 " interrupted by a stop request; it runs again when the run is resumed"));
    return std::nullopt;
  }
  log_info(cat("validation at update ", update, ": ", figures->text()));
  if (update > 0) {
    const double score = figures->score(options_.signal.kind);
    ++state_.without_gain;
    if (score > state_.best_validation) {
      state_.best_validation = score;
      state_.best_update = update;
      state_.without_gain = 0;
      export_best();
    }
  }
  return job::figures_json(*figures);
}

/// Rank 0 exports the best model so far: on a thread if there is memory for a copy of the weights.
void TrainingRun::export_best() {
  long_phase("export");
  if (world_.is_root()) {
    const fs::path folder = directory_.folder() / "export_best";
    background_export_.finish();  // of an earlier best
    if (exports_in_background_) {
      background_export_.start(setup_.weights, options_, folder);
    } else {
      export_trained(setup_.weights, options_, folder, [this] { stopping_.progress(); });
    }
  }
  world_.barrier();
}

/// A checkpoint says that the export is complete, or that it is owed: then the weights are those to export. A
/// later checkpoint has other weights, so the export is completed first.
void TrainingRun::agree_on_owed_export() {
  if (world_.is_root() && state_.update != state_.best_update) { background_export_.finish(); }
  const bool running = world_.is_root() && background_export_.running();
  state_.export_owed = world_.all_reduce(std::int64_t{running}, comm::Reduce::max) > 0;
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
    log_warning(cat("the checkpoint of update ", state_.update, " is skipped: that of update ",
                    writer_.writing(), " is still being written"));
    return;
  }
  save(false);
}

/// With `wait` the run ends here: the checkpoint being written is completed first.
void TrainingRun::save(bool wait) {
  const Timer timer;
  long_phase("checkpoint");
  if (wait) { writer_.finish(); }
  agree_on_owed_export();
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
    log_warning(cat(reason, ": stopped at update ", state_.update,
                    " without a new checkpoint; the last complete checkpoint is kept"));
    world_.barrier();
    return 1;
  }
  save(true);
  directory_.set_status(job::State::saved, reason, {state_.update, std::ssize(state_.finished)});
  log_info(cat(reason, ": saved at update ", state_.update, " of ", updates_,
               "; to resume, run the same command with --resume auto"));
  world_.barrier();
  return 0;
}

void TrainingRun::finish() {
  long_phase("export");
  if (world_.is_root()) { background_export_.finish(); }
  save(true);
  long_phase("export");
  const std::int64_t peak = static_cast<std::int64_t>(device::process_memory().peak - setup_.resident_before);
  log_info(cat("peak memory per rank, measured (maximum over ranks): ",
               human_bytes(static_cast<double>(world_.all_reduce(peak, comm::Reduce::max))),
               " more than before the weights were loaded"));
  fs::path exported = directory_.folder() / "export";
  if (world_.is_root()) {
    exported = export_trained(setup_.weights, options_, exported, [this] { stopping_.progress(); });
  }
  world_.barrier();
  const bool early = state_.update < updates_ && options_.training.updates > 0;
  directory_.set_status(job::State::finished,
                        early ? cat(state_.without_gain, " validations without a gain") : "", state_.update);
  log_info(cat("finished: ", state_.update, " updates, ", state_.rollouts_sampled,
               " rollouts sampled; model in ", exported.string(), ", metrics in ",
               (directory_.folder() / "metrics.jsonl").string()));
  log_info(
      cat("next: srl_eval --model ", exported.string(), " --input BENCHMARK.jsonl --output results/NAME"));
}

int TrainingRun::run() {
  log_info(cat(setup_.train_data.size(), " training and ", setup_.validation_data.size(),
               " validation instances, ", setup_.weights.elements(), " parameters, ", world_.size(),
               " ranks with ", context_.threads, " threads, ", updates_, " updates"));
  const PlanSizes sizes = plan_sizes(options_, setup_.train_data, setup_.validation_data, setup_.view,
                                     setup_.sampler.max_prompt_tokens, world_.size());
  const MemoryPlan plan = memory_plan(options_, setup_.folder.config, sizes);
  log_info(plan.text());
  const std::uint64_t loaded =
      options_.plan.memory.value > 0 ? 0 : plan.weights;  // no longer part of the available memory
  const std::uint64_t available = memory_per_rank(options_, world_) + loaded;
  refuse_too_large(plan, options_, setup_.folder.config, sizes, available);
  const std::uint64_t copy = plan.weights / (setup_.reference ? 2 : 1);
  exports_in_background_ = plan.total() + copy <= available;
  begin_run(resume());
  peak_rate_ =
      world_.all_reduce(product_rate(setup_.weights.dtype() == model::Dtype::fp64), comm::Reduce::sum);
  job::Progress progress("train", "updates", static_cast<double>(updates_), world_.is_root());
  since_checkpoint_.restart();
  while (more_updates()) {
    if (stopping_.requested() || one_update() == Outcome::dropped) { return stopped_early(); }
    progress.update(static_cast<double>(state_.update), last_words_);
  }
  if (state_.validation_owed) { return stopped_early(); }
  finish();
  return 0;
}

int train(const Options& options, job::Context& context) {
  check(options);
  if (options.dry_run) {
    job::settle_on_cpu(options.device, context.world);
    return dry_run(options, context);
  }
  const job::RunLock lock(options.run, context.world, [&context] { context.watchdog.progress(); });
  // From here on every failure is in STATUS: a start that fails must not leave `saved` of an earlier one.
  job::RunDirectory directory(context, options.run);
  job::settle_on_cpu(options.device, context.world);
  model::set_compute_threads(context.threads);  // otherwise OpenMP uses all cores on every rank
  return TrainingRun(options, context, directory).run();
}

}  // namespace srl::training
