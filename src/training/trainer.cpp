#include "training/trainer.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "job/devices.hpp"
#include "job/event_file.hpp"
#include "job/progress.hpp"
#include "job/run_directory.hpp"
#include "model/parallel.hpp"
#include "training/batch_files.hpp"
#include "training/checkpoint_writer.hpp"
#include "training/export.hpp"
#include "training/flops.hpp"
#include "training/learner.hpp"
#include "training/dry_run.hpp"
#include "training/metrics.hpp"
#include "training/resume.hpp"
#include "training/setup.hpp"
#include "training/stopping.hpp"
#include "training/validation.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

class Trainer {
 public:
  Trainer(const Options& options, job::Context& context, const ReadBenchmark& read_benchmark)
      : options_(options),
        context_(context),
        world_(context.world),
        resolved_(config::to_json(context.subcommand, context.visit)),
        setup_(options, world_, context.threads),
        learner_(options, setup_.weights, setup_.model, setup_.reference_model ? &*setup_.reference_model : nullptr, world_, setup_.pool),
        writer_(options.run, options.checkpoint.keep, resolved_, setup_.fingerprint, world_),
        stopping_(world_, options.stop, [this] { return writer_.seconds(); }),
        updates_(update_count()) {
    const ValidationOptions& v = options.validation;
    if (!v.benchmark.empty()) benchmark_ = read_benchmark(v.benchmark, v.benchmark_questions, setup_.layout);
  }

  int run();

 private:
  enum class Outcome { done, dropped };

  std::int64_t update_count() const;
  bool resume();
  void begin_run(bool resumed);
  bool more_updates() const;
  Outcome one_update();
  std::optional<Batch> next_batch(UpdateReport& report);
  Learned train_on(const Batch& batch, UpdateReport& report);
  void count_update(const Batch& batch, UpdateReport& report);
  void write_lines(const Batch& batch, const UpdateReport& report);
  std::optional<Json> validate_now(std::int64_t update);
  bool checkpoint_due(bool new_best) const;
  void save(bool wait);
  int stopped_early();
  void finish();

  /// A numbered point inside an update; checkpoints under way are completed here too.
  bool drops() {
    writer_.poll();
    return stopping_.drops();
  }
  void tick() { context_.watchdog.progress(); }
  void phase(const std::string& name) { context_.watchdog.phase(name); }

  const Options& options_;
  job::Context& context_;
  comm::Communicator world_;
  Json resolved_;
  Setup setup_;
  Learner learner_;
  CheckpointWriter writer_;
  Stopping stopping_;
  std::int64_t updates_;
  std::vector<BenchmarkQuestion> benchmark_;
  LoopState state_;
  std::optional<job::RunDirectory> directory_;
  std::optional<job::EventFile> events_;   ///< rank 0, with training.tensorboard
  double peak_rate_ = 0;                ///< of all ranks together, measured once; for the logs only
  std::string last_words_;              ///< of the last update, for the progress line
  double checkpoint_spent_ = 0;         ///< by checkpoints since the last update's line; told in the next one's
  Timer since_checkpoint_;
};

std::int64_t Trainer::update_count() const {
  if (options_.training.updates > 0) return options_.training.updates;
  const double instances = options_.training.epochs * static_cast<double>(setup_.train_data.epoch_draws());
  return std::max<std::int64_t>(1, std::llround(std::ceil(instances / static_cast<double>(options_.training.prompts))));
}

/// With training.updates = 0 the passes over the data count, not the updates: filtered and skipped draws are passed over too.
bool Trainer::more_updates() const {
  const std::int64_t patience = options_.validation.patience;
  if (patience > 0 && state_.without_gain >= patience) return false;
  if (options_.training.updates > 0) return state_.update < updates_;
  return static_cast<double>(state_.position) < options_.training.epochs * static_cast<double>(setup_.train_data.epoch_draws());
}

/// Takes over the checkpoint to go on from, before anything of the run directory is touched: a refusal leaves the run as it was.
bool Trainer::resume() {
  const std::optional<Found> found = checkpoint_to_resume(options_, resolved_, setup_.fingerprint, world_);
  if (!found) return false;
  learner_.optimizer().load(found->folder, found->facts.pieces, found->facts.optimizer_steps);
  state_ = found->state;
  writer_.resumed_from(*found);
  log_info(cat("resumed from ", found->folder.string(), " (update ", state_.update, ", saved by ", found->facts.pieces.size(), " ranks)"));
  if (!state_.carried.empty() || !state_.finished.empty()) {
    log_info(cat(state_.carried.size(), " carried groups and ", state_.finished.size(), " groups of the interrupted update came with it"));
  }
  return true;
}

void Trainer::begin_run(bool resumed) {
  Json extra = Json::object();
  extra["model"] = options_.model;
  extra["data"] = setup_.fingerprint;
  if (setup_.generator) {
    extra["products_rows_equal"] = world_.all_reduce(std::int64_t{setup_.generator->rows_are_equal()}, comm::Reduce::min) > 0;
  }
  directory_.emplace(context_, options_.run, extra);
  directory_->cut_after(resumed ? state_.update : -1);
  if (options_.training.tensorboard && world_.is_root()) events_.emplace(directory_->folder() / "tensorboard", state_.update + 1);
  if (!options_.training.dump_gradients.empty() && world_.is_root()) make_folders(options_.training.dump_gradients);
  if (resumed || options_.validation.every_updates == 0) return;
  const std::optional<Json> start = validate_now(0);
  if (!start) return;
  Json line = Json::object();
  line["update"] = 0;
  line["validation"] = *start;
  directory_->append("validation.jsonl", line);
}

/// The batch of the update; nothing when a stop request came first, and what was sampled for it by then is kept.
std::optional<Batch> Trainer::next_batch(UpdateReport& report) {
  if (options_.signal.kind == "likelihood") {
    SupervisedBatch made = supervised_batch(setup_.supervised, state_.position);
    report.position = made.position;
    report.prompts_too_long = made.skipped_long;
    return std::move(made.batch);
  }
  if (!options_.training.replay.empty()) {
    report.position = state_.position;
    return replayed_batch(options_, report.update);
  }
  SampledBatch sampled = sample_batch(setup_.sampler, state_.position, state_.carried, state_.finished, [this] { return drops(); }, [this] {
    tick();
    if (stopping_.leaving()) throw rollout::LeaveEarly{};
  });
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
  if (options_.objective.max_sampling_rounds > 1 && std::ssize(sampled.batch) < options_.training.prompts) {
    log_info(cat("update ", report.update, ": ", sampled.batch.size(), " of ", options_.training.prompts, " groups kept after ", sampled.rounds,
                 " sampling rounds (all other groups had equal rewards); going on with what there is"));
  }
  Batch batch = std::exchange(sampled.batch, Batch(sampled.batch.size()));   // only their number is reported
  report.sampled = std::move(sampled);
  return batch;
}

Learned Trainer::train_on(const Batch& batch, UpdateReport& report) {
  std::optional<fs::path> dump;
  if (!options_.training.dump_gradients.empty()) dump = fs::path(options_.training.dump_gradients) / cat("update_", report.update, ".safetensors");
  const PackControl control{[this] { tick(); }, [this] { return stopping_.leaving(); }, [this] { return drops(); }};
  LearnReport learned;
  const Learned outcome = learner_.learn(batch, report.learning_rate, dump, control, [this](const std::string& name) { phase(name); }, learned);
  report.gradients = learned.figures;
  report.grad_norm = learned.grad_norm;
  report.seconds.forward_backward = learned.gradient_seconds;
  report.seconds.optimizer = learned.optimizer_seconds;
  return outcome;
}

/// The state after an update that was not dropped.
void Trainer::count_update(const Batch& batch, UpdateReport& report) {
  if (report.skipped && world_.is_root()) {
    log_warning(cat("update ", report.update, " skipped: loss or gradient is not finite; its instances are in ",
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

void Trainer::write_lines(const Batch& batch, const UpdateReport& report) {
  const Json metrics = metrics_line(report);
  directory_->append("metrics.jsonl", metrics);
  last_words_ = progress_words(report);
  if (events_) events_->add(report.update, job::numbers_of(metrics));
  if (world_.is_root() && report.sampled) {
    for (const Json& line : sample_lines(setup_.sampler, batch, report.update, options_.training.samples_kept)) directory_->append("samples.jsonl", line);
  }
  directory_->set_status(job::State::running, "", state_.update);
}

Trainer::Outcome Trainer::one_update() {
  const Timer total;
  UpdateReport report;
  report.update = state_.update + 1;
  report.learning_rate = learning_rate(options_.training, report.update, updates_);
  phase("rollout");
  const std::optional<Batch> batch = next_batch(report);
  if (!batch || drops()) return Outcome::dropped;
  if (!batch->empty()) {
    if (options_.rollout.save && options_.signal.kind != "likelihood" && world_.is_root()) save_rollouts(directory_->folder(), *batch, report.update);
    const Learned learned = train_on(*batch, report);
    if (learned == Learned::dropped) return Outcome::dropped;
    report.skipped = learned == Learned::not_finite;
  }
  count_update(*batch, report);
  const std::int64_t best_before = state_.best_update;
  if (options_.validation.every_updates > 0 && state_.update % options_.validation.every_updates == 0) report.validation = validate_now(state_.update);
  report.seconds.checkpoint = std::exchange(checkpoint_spent_, 0.0);
  const device::MemoryFigures memory = device::process_memory();
  report.memory_beyond_start_bytes =
      static_cast<std::uint64_t>(world_.all_reduce(static_cast<std::int64_t>(memory.peak - setup_.resident_before), comm::Reduce::max));
  report.memory_peak_bytes = static_cast<std::uint64_t>(world_.all_reduce(static_cast<std::int64_t>(memory.peak), comm::Reduce::max));
  report.peak_rate = peak_rate_;
  report.seconds.total = total.seconds();
  write_lines(*batch, report);
  // After the update's line: a kill in between costs the update, never the line of one that a checkpoint holds.
  if (checkpoint_due(state_.best_update != best_before)) save(false);
  if (state_.bad_updates > 0 && state_.bad_updates >= options_.training.max_bad_updates) {
    throw Error(cat(state_.bad_updates, " updates in a row had a loss or gradient that is not finite; their instances are in ",
                    (directory_->folder() / "bad_updates").string()));
  }
  return Outcome::done;
}

/// The figures of a validation; a new best one is exported at once.
std::optional<Json> Trainer::validate_now(std::int64_t update) {
  if (setup_.validation_data.size() == 0 && benchmark_.empty()) return std::nullopt;
  phase("validation");
  const ValidationFigures figures = validate(setup_.sampler, setup_.validation_data, options_.validation.questions, benchmark_, [this] { tick(); });
  log_info(cat("validation at update ", update, ": ", figures.text()));
  if (update > 0) {
    const double score = figures.score(options_.signal.kind);
    ++state_.without_gain;
    if (score > state_.best_validation) {
      state_.best_validation = score;
      state_.best_update = update;
      state_.without_gain = 0;
      if (world_.is_root()) export_trained(setup_.weights, options_, directory_->folder() / "export_best");
      world_.barrier();
    }
  }
  return figures.json();
}

bool Trainer::checkpoint_due(bool new_best) const {
  const auto& c = options_.checkpoint;
  const bool by_count = c.every_updates > 0 && state_.update % c.every_updates == 0;
  // Time is a rank's own: rank 0's decides, so that all agree.
  const bool mine = c.every_minutes > 0 && since_checkpoint_.seconds() > 60 * c.every_minutes;
  const bool by_time = c.every_minutes > 0 && world_.all_reduce(std::int64_t{world_.is_root() && mine}, comm::Reduce::max) > 0;
  return by_count || by_time || (new_best && (c.every_updates > 0 || c.every_minutes > 0));
}

void Trainer::save(bool wait) {
  const Timer timer;
  context_.watchdog.phase("checkpoint", 10 * options_.common.watchdog_seconds);
  writer_.start(state_, learner_.optimizer());
  if (wait) writer_.finish();
  checkpoint_spent_ += timer.seconds();
  since_checkpoint_.restart();
}

/// After a stop request: checkpoint when it fits, and the words of STATUS.
int Trainer::stopped_early() {
  const std::string& reason = stopping_.reason();
  if (!stopping_.saves()) {
    directory_->set_status(job::State::failed, cat("terminated at update ", state_.update), state_.update);
    log_warning(cat(reason, ": ended at update ", state_.update, " without a checkpoint; the last complete one stands"));
    world_.barrier();
    return 1;
  }
  save(true);
  directory_->set_status(job::State::saved, reason, state_.update);
  log_info(cat(reason, ": saved at update ", state_.update, " of ", updates_, "; the same command with --resume auto goes on"));
  world_.barrier();
  return 0;
}

void Trainer::finish() {
  save(true);
  context_.watchdog.phase("export", 10 * options_.common.watchdog_seconds);
  const std::int64_t peak = static_cast<std::int64_t>(device::process_memory().peak - setup_.resident_before);
  log_info(cat("memory of the rank with most, measured: ", human_bytes(static_cast<double>(world_.all_reduce(peak, comm::Reduce::max))),
               " at its highest, beyond what was there before the weights"));
  const fs::path exported = directory_->folder() / "export";
  if (world_.is_root()) export_trained(setup_.weights, options_, exported);
  world_.barrier();
  const bool early = state_.update < updates_ && options_.training.updates > 0;
  directory_->set_status(job::State::finished, early ? cat(state_.without_gain, " validations without a gain") : "", state_.update);
  log_info(cat("finished: ", state_.update, " updates, ", state_.rollouts_sampled, " rollouts sampled; model in ", exported.string(),
               ", metrics in ", (directory_->folder() / "metrics.jsonl").string()));
  log_info(cat("next: srl_eval --model ", exported.string(), " --input BENCHMARK.jsonl --output results/NAME"));
}

int Trainer::run() {
  log_info(cat(setup_.train_data.size(), " training and ", setup_.validation_data.size(), " validation instances, ", setup_.weights.elements(),
               " parameters, ", world_.size(), " ranks with ", context_.threads, " threads, ", updates_, " updates"));
  const MemoryPlan plan = memory_plan(options_, setup_.model_config,
                                      plan_sizes(options_, setup_.train_data, setup_.view, setup_.sampler.max_prompt_tokens, world_.size()));
  log_info(plan.text());
  if (plan.total() > memory_a_rank(options_, world_.ranks_on_this_node().size()) + setup_.weights.elements() * 4) {
    log_warning("the planned memory is more than this machine has available; --dry_run says what would fit");
  }
  begin_run(resume());
  peak_rate_ = world_.all_reduce(product_rate(setup_.weights.dtype() == model::Dtype::fp64), comm::Reduce::sum);
  job::Progress progress("train", "updates", static_cast<double>(updates_), world_.is_root());
  since_checkpoint_.restart();
  while (more_updates()) {
    if (stopping_.requested() || one_update() == Outcome::dropped) return stopped_early();
    progress.update(static_cast<double>(state_.update), last_words_);
  }
  finish();
  return 0;
}

}  // namespace

int train(const Options& options, job::Context& context, const ReadBenchmark& read_benchmark) {
  check(options);
  job::settle_on_cpu(options.device, context.world);
  if (options.dry_run) return dry_run(options, context);
  model::set_compute_threads(context.threads);   // else OpenMP takes every core for each rank
  return Trainer(options, context, read_benchmark).run();
}

}  // namespace srl::training
