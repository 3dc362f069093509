#include "training/trainer.hpp"

#include <ctime>
#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "device/memory.hpp"
#include "job/devices.hpp"
#include "job/progress.hpp"
#include "job/run_lock.hpp"
#include "model/parallel.hpp"
#include "training/checkpoint/resume.hpp"
#include "training/optimise/flops.hpp"
#include "training/optimise/learning_rate.hpp"
#include "training/plan/dry_run.hpp"
#include "training/run/training_run.hpp"

namespace srl::training {

namespace fs = std::filesystem;

namespace {

std::unique_ptr<Optimizer> make_optimizer(const Options& options, Setup& setup,
                                          const comm::Communicator& world) {
  const TrainingOptions& of = options.training;
  const AdamWSettings settings{of.adam_beta1, of.adam_beta2, of.adam_epsilon, of.weight_decay};
  return setup.gpu ? setup.gpu->make_optimizer(settings, of.zero_stage, world)
                   : Optimizer::make(setup.weights, settings, of.zero_stage, world, setup.pool);
}

}  // namespace

TrainingRun::TrainingRun(const Options& options, const job::FoundDevice& device, job::Context& context,
                         job::RunDirectory& directory)
    : options_(options),
      device_(device),
      context_(context),
      directory_(directory),
      world_(context.world),
      resolved_(config::to_json(context.subcommand, context.visit)),
      setup_(options, world_, device.device, context.threads, [&context] { context.watchdog.progress(); }),
      learner_(options, make_optimizer(options, setup_, world_), setup_.model,
               setup_.reference_model ? &*setup_.reference_model : nullptr,
               setup_.gpu ? &setup_.gpu->loss() : nullptr, world_),
      writer_(options.run, options.checkpoint.keep, resolved_, setup_.data_identity.fingerprint,
              learner_.optimizer().piece_bytes(), world_),
      stopping_(world_, options.stop, context.watchdog, writer_, [this] { return export_seconds(); }),
      fitting_(fitting_instances(options, setup_.supervised, setup_.sampler.max_prompt_tokens, world_,
                                 setup_.pool, [&context] { context.watchdog.progress(); })),
      updates_(update_count()),
      validation_set_(
          validation_set(options, setup_.sampler, setup_.validation_data, setup_.folder.chat_template)) {}

std::int64_t TrainingRun::update_count() const {
  if (options_.training.updates > 0) { return options_.training.updates; }
  return updates_of_epochs(options_, *fitting_, setup_.train_data);
}

/// With training.updates = 0 the run ends after training.epochs passes over the data. Filtered draws and
/// draws that are too long count too.
bool TrainingRun::more_updates() const {
  const std::int64_t patience = options_.validation.patience;
  if (patience > 0 && state_.without_gain >= patience) { return false; }
  if (options_.training.updates > 0) { return state_.update < updates_; }
  return fitting_->any(state_.position, draws_of_run(options_, setup_.train_data));
}

/// With training.epochs the schedule follows the draws, so it ends with the run also where the filter drops
/// groups and an update takes more draws than its batch holds.
double TrainingRun::learning_rate_now() const {
  double update = static_cast<double>(state_.update + 1);
  if (options_.training.updates == 0) {
    update = 1 + static_cast<double>(fitting_->draws_before(state_.position)) /
                     static_cast<double>(options_.training.prompts_per_update);
  }
  return learning_rate(options_.training, update, updates_);
}

/// Loads the checkpoint to resume from. Apart from STATUS the run directory is not changed before this, so a
/// refused resume leaves the run as it was.
bool TrainingRun::resume() {
  const auto tick = [this] { stopping_.progress(); };
  std::optional<Found> found;
  try {
    found = checkpoint_to_resume(options_, resolved_, setup_.data_identity, world_, tick);
  } catch (const BadOption&) {
    directory_.refuse();
    throw;
  }
  if (!found) { return false; }
  stopping_.phase("resume");
  learner_.optimizer().load(found->folder, found->facts.pieces, found->facts.optimizer_steps, tick);
  state_ = found->state;
  writer_.resumed_from(*found);
  log_info(cat("resumed from ", found->folder.string(), " (update ", state_.update, ", saved by ",
               counted(found->facts.pieces.size(), "rank"), ")"));
  if (!state_.carried.empty() || !state_.finished.empty()) {
    log_info(cat(counted(state_.carried.size(), "carried group"), " and ",
                 counted(state_.finished.size(), "group"),
                 " of the interrupted update are in the checkpoint and are used"));
  }
  return true;
}

void TrainingRun::begin_run(bool resumed) {
  Json extra = Json::object();
  extra["model"] = options_.model;
  extra["data"] = setup_.data_identity.fingerprint;
  extra["shards"] = setup_.data_identity.shards;
  extra["device"] = device_.device.name();
  if (setup_.gpu) { extra["attention"] = setup_.gpu->attention().flash ? "flash" : "own"; }
  if (setup_.generator) {
    extra["products_rows_equal"] =
        world_.all_reduce(std::int64_t{setup_.generator->rows_are_equal()}, comm::Reduce::min) > 0;
  }
  directory_.note("total", std::to_string(updates_));
  directory_.describe(context_, extra, {state_.update, std::ssize(state_.finished)});
  directory_.cut_after(resumed ? state_.update : -1, {"metrics.jsonl", "validation.jsonl", "samples.jsonl"});
  // A validation that is owed runs again, although a start that was killed may have written its line.
  if (resumed && state_.validation_owed) {
    directory_.cut_lines_after(state_.update - 1, "validation.jsonl");
  }
  if (world_.is_root()) {
    remove_incomplete_checkpoints(options_.run);
    if (resumed) { read_findings(); }
  }
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
  findings_.add_validation(*figures);
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
  directory_.note("validation", fixed(figures->score(options_.signal.kind), 3));
  directory_.note("validation_update", std::to_string(update));
  take_if_best(figures->score(options_.signal.kind), update);
  return job::figures_json(*figures);
}

/// The start model, update 0, is a candidate too, but it is not exported: it is there already.
void TrainingRun::take_if_best(double score, std::int64_t update) {
  state_.without_gain += update > 0;
  if (!(score > state_.best_validation)) { return; }
  state_.best_validation = score;
  state_.best_update = update;
  state_.without_gain = 0;
  if (update > 0) { export_best(); }
}

/// What a start costs must not grow with the number of ranks.
void TrainingRun::log_start() const {
  const double seconds = static_cast<double>(std::clock() - clock_before_) / CLOCKS_PER_SEC;
  const std::int64_t rendered = setup_.view.rendered() + setup_.whole_view.rendered();
  log_info(cat("start: all ranks together rendered ",
               counted(world_.all_reduce(rendered, comm::Reduce::sum), "prompt"), " and took ",
               fixed(world_.all_reduce(seconds, comm::Reduce::sum), 2), " s of CPU time"));
}

int TrainingRun::run() {
  log_info(cat(setup_.train_data.size(), " training and ", setup_.validation_data.size(),
               " validation instances, ", setup_.weights.elements(), " parameters, ",
               counted(world_.size(), "rank"), " with ", counted(context_.threads, "thread"), ", ",
               counted(updates_, "update"), ", computed on ", device_.device.name(),
               device_.gpu.empty() ? "" : cat(" (", device_.gpu, ") in ", word(gpu_dtype(options_)))));
  if (setup_.gpu) {
    log_info(setup_.gpu->attention().text());
    const device::GpuMemory memory = device::gpu_memory(device_.device);
    log_info(cat("GPU memory: ", human_bytes(static_cast<double>(memory.taken)), " of ",
                 human_bytes(static_cast<double>(memory.total)), ", all taken now (", memory.taken,
                 " bytes)"));
    if (setup_.gpu->plan().generation > 0) { log_info(setup_.gpu->plan().cache_text()); }
    device::forbid_allocation(device_.device);
  }
  if (fitting_) { log_info(fitting_->text(options_)); }
  const PlanSizes sizes = plan_sizes(options_, setup_.train_data, setup_.validation_data, setup_.view,
                                     setup_.sampler.max_prompt_tokens, world_.size(), world_);
  const MemoryPlan plan = memory_plan(options_, setup_.folder.config, sizes);
  log_info(plan.text());
  const std::uint64_t loaded =
      options_.plan.memory.value > 0 ? 0 : plan.weights;  // no longer part of the available memory
  const std::uint64_t available = memory_per_rank(options_, world_) + loaded;
  refuse_too_large(plan, options_, setup_.folder.config, sizes, available);
  const std::uint64_t copy = plan.weights / (setup_.reference ? 2 : 1);
  exports_in_background_ = plan.total() + copy <= available;
  log_info(exports_in_background_
               ? cat("exports: on a thread of rank 0, with ", human_bytes(static_cast<double>(copy)),
                     " more for a copy of the weights")
               : std::string("exports: training waits for them, because a copy of the weights does not fit"));
  begin_run(resume());
  log_start();
  if (!setup_.gpu) {
    peak_rate_ =
        world_.all_reduce(product_rate(setup_.weights.dtype() == model::Dtype::fp64), comm::Reduce::sum);
  }
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

int train(const Options& given, job::Context& context) {
  check(given);
  if (given.dry_run) { return dry_run(given, context); }
  const job::FoundDevice device = job::settle(given.device, context.world);
  const Options options = device.device.kind == device::Kind::cuda ? given : with_cache_of_cpu(given);
  const job::RunLock lock(options.run, context.world, [&context] { context.watchdog.progress(); });
  // From here on every failure is in STATUS: a start that fails must not leave `saved` of an earlier one.
  job::RunDirectory directory(context, options.run);
  model::set_compute_threads(context.threads);  // otherwise OpenMP uses all cores on every rank
  return TrainingRun(options, device, context, directory).run();
}

}  // namespace srl::training
