#include "training/trainer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "job/progress.hpp"
#include "job/run_directory.hpp"
#include "model/parallel.hpp"
#include "training/checkpoint.hpp"
#include "training/memory_plan.hpp"
#include "training/metrics.hpp"
#include "training/optimizer.hpp"
#include "training/setup.hpp"
#include "training/validation.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

class Trainer {
 public:
  Trainer(const Options& options, job::Context& context)
      : options_(options),
        context_(context),
        world_(context.world),
        resolved_(config::to_json(context.subcommand, context.visit)),
        setup_(options, world_, context.threads),
        optimizer_(Optimizer::make(setup_.weights,
                                   {options.training.beta1, options.training.beta2, options.training.adam_eps, options.training.weight_decay},
                                   world_, setup_.pool)),
        stop_(world_, options.stop),
        updates_(update_count()) {}

  int run();

 private:
  enum class Outcome { done, skipped, stopped };

  std::int64_t update_count() const;
  void resume();
  bool more_updates() const;
  Outcome one_update();
  std::optional<Batch> next_batch(UpdateReport& report);
  Batch replayed(std::int64_t update) const;
  bool train_on(const Batch& batch, UpdateReport& report);
  void keep_bad_update(const Batch& batch, std::int64_t update);
  void write_rollouts(const Batch& batch, std::int64_t update);
  void validate_now(UpdateReport& report);
  bool checkpoint_due() const;
  void save();
  int stopped_early();
  void finish();
  bool stop_requested() {
    request_ = std::max(request_, stop_.agree());
    if (request_ == job::Stop::none) return false;
    // USR1 or the time limit: the update in hand is finished when the time left allows; TERM drops it.
    return request_ == job::Stop::terminate || world_.all_reduce(stop_.seconds_left(), comm::Reduce::min) < 2 * checkpoint_seconds_ + 10;
  }
  void tick() {
    context_.watchdog.progress();
    if (stop_.local() == job::Stop::terminate) throw LeaveEarly{};
  }
  model::Dtype export_dtype() const {
    if (options_.export_dtype == "auto") return setup_.weights.dtype();
    return options_.export_dtype == "bf16" ? model::Dtype::bf16 : options_.export_dtype == "fp64" ? model::Dtype::fp64 : model::Dtype::fp32;
  }
  std::function<void()> progress_tick() {
    return [this] { context_.watchdog.progress(); };
  }

  const Options& options_;
  job::Context& context_;
  comm::Communicator world_;
  Json resolved_;
  Setup setup_;
  std::unique_ptr<Optimizer> optimizer_;
  job::StopRequests stop_;
  std::int64_t updates_;
  LoopState state_;
  std::optional<job::RunDirectory> directory_;
  job::Stop request_ = job::Stop::none;
  double checkpoint_seconds_ = 0;       ///< of the last checkpoint, the greatest over ranks
  double checkpoint_spent_ = 0;         ///< by the checkpoint after the last update; told in the next one's line
  std::int64_t checkpointed_ = -1;      ///< update of the last checkpoint
  Timer since_checkpoint_;
};

std::int64_t Trainer::update_count() const {
  if (options_.training.updates > 0) return options_.training.updates;
  const double instances = options_.training.epochs * static_cast<double>(setup_.train_data.size());
  return std::max<std::int64_t>(1, std::llround(std::ceil(instances / static_cast<double>(options_.training.prompts))));
}

/// With training.updates = 0 the passes over the data count, not the updates: filtered and skipped draws are passed over too.
bool Trainer::more_updates() const {
  if (options_.training.updates > 0) return state_.update < updates_;
  return static_cast<double>(state_.position) < options_.training.epochs * static_cast<double>(setup_.train_data.size());
}

/// Reads the checkpoint to go on from, before anything of the run directory is touched: a refusal leaves the run as it was.
void Trainer::resume() {
  const bool used = world_.all_reduce(std::int64_t{fs::exists(fs::path(options_.run) / "metrics.jsonl") || fs::exists(fs::path(options_.run) / "checkpoints")},
                                      comm::Reduce::max) > 0;
  if (options_.resume == "never") {
    if (used) throw BadOption(cat("--resume never: ", options_.run, " holds a run already; name another folder"));
    return;
  }
  const std::optional<Found> found = find_checkpoint(options_.run, world_);
  if (!found) {
    if (options_.resume == "must") throw BadInput(cat("--resume must: no complete checkpoint in ", options_.run));
    if (used) log_warning(cat("no complete checkpoint in ", options_.run, ": starting from update 0"));
    return;
  }
  std::vector<std::string> changed;
  const std::vector<std::string> forbidden = forbidden_changes(found->options, resolved_, changed);
  if (!forbidden.empty()) {
    throw BadOption(cat("options differ from those of the checkpoint ", found->folder.string(), " and may not: ", join(forbidden, "; ")));
  }
  if (found->fingerprint != setup_.fingerprint) throw BadInput(cat("the data differ from those of the checkpoint ", found->folder.string()));
  optimizer_->load(found->folder, found->pieces, found->optimizer_steps);
  state_ = found->state;
  checkpointed_ = state_.update;
  log_info(cat("resumed from ", found->folder.string(), " (update ", state_.update, ", saved by ", found->pieces.size(), " ranks)"));
  if (!changed.empty()) log_info(cat("changed options: ", join(changed, "; ")));
}

Batch Trainer::replayed(std::int64_t update) const {
  const fs::path file = fs::path(options_.training.replay) / cat("update_", zero_padded(update, 6), ".jsonl");
  Batch batch = batch_from_lines(read_file(file), file.string());
  for (const Group& group : batch) {
    for (const Rollout& rollout : group.answers) {
      if (options_.objective.importance == "truncated" && rollout.logprobs.empty()) {
        throw BadInput(cat(file.string(), ": objective.importance = truncated needs the sampler's logprobs"));
      }
    }
  }
  return batch;
}

/// The batch of the update; nothing when a stop request came first.
std::optional<Batch> Trainer::next_batch(UpdateReport& report) {
  if (options_.signal.kind == "likelihood") {
    SupervisedBatch made = supervised_batch(setup_.supervised, state_.position);
    report.position = made.position;
    return std::move(made.batch);
  }
  if (!options_.training.replay.empty()) {
    report.position = state_.position;
    return replayed(report.update);
  }
  SampledBatch sampled = sample_batch(setup_.sampler, state_.position, [this] { return stop_requested(); }, [this] { tick(); });
  if (sampled.stopped) return std::nullopt;
  report.position = sampled.position;
  report.seconds.rollout = sampled.rollout_seconds;
  report.seconds.reward = sampled.reward_seconds;
  sampled.generated_tokens = world_.all_reduce(sampled.generated_tokens, comm::Reduce::sum);
  if (static_cast<std::int64_t>(sampled.batch.size()) < options_.training.prompts) {
    log_info(cat("update ", report.update, ": ", sampled.batch.size(), " of ", options_.training.prompts, " groups kept after ", sampled.rounds,
                 " sampling rounds (all other groups had equal rewards); going on with what there is"));
  }
  Batch batch = std::move(sampled.batch);
  sampled.batch.clear();
  sampled.batch.resize(batch.size());   // only their number is reported
  report.sampled = std::move(sampled);
  return batch;
}

/// Gradient and AdamW, once a mini-batch. False when loss or gradient is not finite: that mini-batch and those after it change nothing.
bool Trainer::train_on(const Batch& batch, UpdateReport& report) {
  const bool likelihood = options_.signal.kind == "likelihood";
  GradientSettings settings{options_.objective, likelihood, likelihood ? 1.0 : options_.sampling.temperature, options_.sampling.max_new_tokens,
                            options_.training.pack_tokens, options_.training.recompute};
  const std::size_t parts = static_cast<std::size_t>(std::min<std::int64_t>(options_.objective.minibatches, static_cast<std::int64_t>(batch.size())));
  std::vector<Batch> minibatches(parts);
  for (std::size_t g = 0; g < batch.size(); ++g) minibatches[g * parts / batch.size()].push_back(batch[g]);
  std::vector<AnswerLogprobs> old, reference;
  Timer timer;
  for (const Batch& part : minibatches) {
    if (parts > 1) old.push_back(answer_logprobs(setup_.model, part, settings, world_, progress_tick()));
    if (setup_.reference_model) reference.push_back(answer_logprobs(*setup_.reference_model, part, settings, world_, progress_tick()));
  }
  report.seconds.forward_backward += timer.restart();
  for (std::size_t p = 0; p < parts; ++p) {
    setup_.gradients.flat().zero_();
    context_.watchdog.phase("forward and backward");
    GradientFigures figures = add_gradients(setup_.model, minibatches[p], settings, parts > 1 ? &old[p] : nullptr,
                                            reference.empty() ? nullptr : &reference[p], world_, setup_.gradients, progress_tick());
    report.seconds.forward_backward += timer.restart();
    context_.watchdog.phase("reduce gradients and update");
    figures.sum_over(world_);
    const double norm = optimizer_->reduce(setup_.gradients);
    if (!std::isfinite(figures.loss) || !std::isfinite(norm)) return false;
    if (!options_.training.dump_gradients.empty() && p == 0) {
      optimizer_->dump(setup_.gradients, fs::path(options_.training.dump_gradients) / cat("update_", report.update, ".safetensors"));
    }
    const double clip = options_.training.grad_norm_clip;
    optimizer_->apply(report.learning_rate, clip > 0 && norm > clip ? clip / norm : 1.0);
    report.grad_norm = norm;
    report.seconds.optimizer += timer.restart();
    const double weight = 1.0 / static_cast<double>(parts);
    report.gradients.loss += weight * figures.loss;
    report.gradients.entropy += figures.entropy;
    report.gradients.kl += figures.kl;
    report.gradients.sampler_difference += figures.sampler_difference;
    report.gradients.tokens += figures.tokens;
    report.gradients.clipped += figures.clipped;
    report.gradients.packs += figures.packs;
    report.gradients.packed_tokens += figures.packed_tokens;
    report.gradients.sampled_tokens += figures.sampled_tokens;
  }
  return true;
}

void Trainer::keep_bad_update(const Batch& batch, std::int64_t update) {
  if (!world_.is_root()) return;
  const fs::path file = directory_->folder() / "bad_updates" / cat("update_", zero_padded(update, 6), ".jsonl");
  make_folders(file.parent_path());
  write_file_atomically(file, batch_to_lines(batch, true));
  log_warning(cat("update ", update, " skipped: loss or gradient is not finite; its instances are in ", file.string()));
}

void Trainer::write_rollouts(const Batch& batch, std::int64_t update) {
  if (!options_.rollout.save || !world_.is_root() || options_.signal.kind == "likelihood") return;
  const fs::path file = directory_->folder() / "rollouts" / cat("update_", zero_padded(update, 6), ".jsonl");
  make_folders(file.parent_path());
  write_file_atomically(file, batch_to_lines(batch, false));
}

void Trainer::validate_now(UpdateReport& report) {
  if (setup_.validation_data.size() == 0) return;
  context_.watchdog.phase("validation");
  const ValidationFigures figures = validate(setup_.sampler, setup_.validation_data, options_.validation.questions, progress_tick());
  report.validation = figures.json();
  const Json& v = *report.validation;
  log_info(cat("validation at update ", report.update, ": format ", fixed(v.at("format_rate").as_double(), 3), ", similarity given format ",
               fixed(v.at("similarity_given_format").as_double(), 3), ", exact ", fixed(v.at("exact_share").as_double(), 3),
               " (controls: previous step ", fixed(v.at("control_previous").as_double(), 3), ", another question's ",
               fixed(v.at("control_other").as_double(), 3), ", shuffled ", fixed(v.at("control_shuffled").as_double(), 3), "; ",
               figures.instances, " instances)"));
  if (figures.score() > state_.best_validation && report.update > 0) {
    state_.best_validation = figures.score();
    if (world_.is_root()) {
      model::export_model(setup_.weights, options_.model, directory_->folder() / "export_best",
                          export_dtype());
    }
    world_.barrier();
  }
}

bool Trainer::checkpoint_due() const {
  const auto& c = options_.checkpoint;
  const bool by_count = c.every_updates > 0 && state_.update % c.every_updates == 0;
  // Time is a rank's own: rank 0's decides, so that all agree.
  const bool mine = c.every_minutes > 0 && since_checkpoint_.seconds() > 60 * c.every_minutes;
  const bool by_time = c.every_minutes > 0 && world_.all_reduce(std::int64_t{world_.is_root() && mine}, comm::Reduce::max) > 0;
  return by_count || by_time;
}

void Trainer::save() {
  if (checkpointed_ == state_.update) return;
  context_.watchdog.phase("checkpoint", 10 * options_.common.watchdog_seconds);
  checkpoint_seconds_ = world_.all_reduce(save_checkpoint(options_.run, state_, *optimizer_, resolved_, setup_.fingerprint,
                                                          options_.checkpoint.keep, world_),
                                          comm::Reduce::max);
  checkpointed_ = state_.update;
  since_checkpoint_.restart();
}

Trainer::Outcome Trainer::one_update() {
  Timer total;
  UpdateReport report;
  report.update = state_.update + 1;
  report.learning_rate = learning_rate(options_.training, report.update, updates_);
  context_.watchdog.phase("rollout");
  const std::optional<Batch> batch = next_batch(report);
  if (!batch || stop_requested()) return Outcome::stopped;
  bool trained = true;
  if (!batch->empty()) {
    write_rollouts(*batch, report.update);
    trained = train_on(*batch, report);
  }
  report.skipped = !trained;
  if (!trained) keep_bad_update(*batch, report.update);
  if (report.sampled) state_.rollouts_sampled += report.sampled->rollouts_sampled;
  state_.update = report.update;
  state_.position = report.position;
  state_.bad_updates = trained ? 0 : state_.bad_updates + 1;
  if (options_.validation.every_updates > 0 && state_.update % options_.validation.every_updates == 0) validate_now(report);
  report.seconds.checkpoint = std::exchange(checkpoint_spent_, 0.0);
  report.epoch = static_cast<double>(state_.position) / static_cast<double>(setup_.train_data.size());
  report.rollouts_sampled = state_.rollouts_sampled;
  report.memory_peak_bytes = device::process_memory().peak;
  report.seconds.total = total.seconds();
  directory_->append("metrics.jsonl", metrics_line(report));
  if (world_.is_root() && report.sampled) {
    for (const Json& line : sample_lines(setup_.sampler, *batch, report.update, options_.training.samples_kept)) directory_->append("samples.jsonl", line);
  }
  directory_->set_status(job::State::running, "", state_.update);
  // After the update's line: a kill in between costs the update, never the line of one that a checkpoint holds.
  if (checkpoint_due()) {
    Timer timer;
    save();
    checkpoint_spent_ = timer.seconds();
  }
  if (state_.bad_updates > 0 && state_.bad_updates >= options_.training.max_bad_updates) {
    throw Error(cat(state_.bad_updates, " updates in a row had a loss or gradient that is not finite; their instances are in ",
                    (directory_->folder() / "bad_updates").string()));
  }
  return trained ? Outcome::done : Outcome::skipped;
}

/// After a stop request: checkpoint when it fits, and the words of STATUS.
int Trainer::stopped_early() {
  const std::string reason = stop_.reason();
  if (request_ == job::Stop::terminate && (options_.stop.term_seconds <= 0 || checkpoint_seconds_ > options_.stop.term_seconds)) {
    directory_->set_status(job::State::failed, cat("terminated at update ", state_.update), state_.update);
    log_warning(cat(reason, ": ended at update ", state_.update, " without a checkpoint; the last complete one stands"));
    world_.barrier();
    return 1;
  }
  save();
  directory_->set_status(job::State::saved, reason, state_.update);
  log_info(cat(reason, ": saved at update ", state_.update, " of ", updates_, "; the same command with --resume auto goes on"));
  world_.barrier();
  return 0;
}

void Trainer::finish() {
  save();
  context_.watchdog.phase("export", 10 * options_.common.watchdog_seconds);
  if (world_.is_root()) {
    model::export_model(setup_.weights, options_.model, directory_->folder() / "export",
                        export_dtype());
  }
  world_.barrier();
  directory_->set_status(job::State::finished, "", state_.update);
  log_info(cat("finished: ", state_.update, " updates, ", state_.rollouts_sampled, " rollouts sampled; model in ",
               (directory_->folder() / "export").string(), ", metrics in ", (directory_->folder() / "metrics.jsonl").string()));
  log_info(cat("next: srl_eval --model ", (directory_->folder() / "export").string(), " --input BENCHMARK.jsonl --output results/NAME"));
}

int Trainer::run() {
  log_info(cat(setup_.train_data.size(), " training and ", setup_.validation_data.size(), " validation instances, ", setup_.weights.elements(),
               " parameters, ", world_.size(), " ranks with ", context_.threads, " threads, ", updates_, " updates"));
  const MemoryPlan plan = memory_plan(options_, setup_.model_config, setup_.weights.elements(), world_.size());
  log_info(plan.text());
  if (options_.dry_run) return 0;
  resume();
  Json extra = Json::object();
  extra["model"] = options_.model;
  extra["data"] = setup_.fingerprint;
  if (setup_.generator)
    extra["products_rows_equal"] = world_.all_reduce(std::int64_t{setup_.generator->rows_are_equal()}, comm::Reduce::min) > 0;
  directory_.emplace(context_, options_.run, extra);
  directory_->cut_after(state_.update);
  if (!options_.training.dump_gradients.empty() && world_.is_root()) make_folders(options_.training.dump_gradients);
  if (state_.update == 0 && options_.validation.every_updates > 0) {
    UpdateReport start;
    validate_now(start);
    if (start.validation) {
      Json line = Json::object();
      line["update"] = 0;
      line["validation"] = *start.validation;
      directory_->append("validation.jsonl", line);
    }
  }
  job::Progress progress("train", "updates", static_cast<double>(updates_), world_.is_root());
  since_checkpoint_.restart();
  while (more_updates()) {
    request_ = std::max(request_, stop_.agree());
    if (request_ != job::Stop::none || one_update() == Outcome::stopped) return stopped_early();
    progress.update(static_cast<double>(state_.update));
  }
  finish();
  return 0;
}

}  // namespace

int train(const Options& options, job::Context& context) {
  check(options);
  model::set_compute_threads(context.threads);   // else OpenMP takes every core for each rank
  return Trainer(options, context).run();
}

}  // namespace srl::training
