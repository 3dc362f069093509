#include "jobs/eval/run.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "analysis/report.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "config/shell.hpp"
#include "evaluation/model_content.hpp"
#include "evaluation/patches.hpp"
#include "evaluation/record_set.hpp"
#include "evaluation/sweep.hpp"
#include "job/run_lock.hpp"
#include "jobs/eval/answerer.hpp"
#include "jobs/eval/plan.hpp"
#include "jobs/eval/settings.hpp"
#include "jobs/eval/task_status.hpp"
#include "model/parallel.hpp"

namespace srl::eval_job {
namespace {

namespace fs = std::filesystem;

/// Rank 0 reads the files; all get the result.
std::string checksum_of(const evaluation::ModelContent& content, const std::string& output,
                        job::Context& context) {
  context.watchdog.phase("checksum of the model");
  const auto tick = [&] { context.watchdog.progress(); };
  return context.world.broadcast(context.world.is_root() ? content.checksum(output, tick) : "", 0);
}

/// What was answered of a step, for the tables at the end.
struct Answered {
  const Step* step = nullptr;
  std::string checksum;
  Json settings;
};

/// The steps of one model share its weights, which are loaded for the first question.
class ModelRun {
 public:
  ModelRun(std::string folder, const evaluation::SweepOptions& task, const jobs::Place& place,
           job::Context& context, job::StopRequests& stop)
      : folder_(std::move(folder)),
        task_(task),
        place_(place),
        context_(context),
        stop_(stop),
        content_(folder_) {}

  evaluation::SweepSummary answer(const Step& step, const evaluation::Recorded& others, Answered& answered,
                                  const evaluation::Subject::Report& report) {
    const model::ModelFolder opened = model::open_model_folder(folder_, step.options.instance.chat_template);
    if (checksum_.empty()) { checksum_ = checksum_of(content_, task_.output, context_); }
    answered = {&step, checksum_, settings_of(step.options, opened.chat_template)};
    if (place_.dtype != device::Dtype::fp32) { answered.settings["dtype"] = word(place_.dtype); }
    std::optional<Answerer> answerer;
    const evaluation::Subject subject{
        step.model,
        checksum_,
        answered.settings,
        [&](const auto& asked, const Tick& tick) { return (*answerer)(asked, tick); },
        [&] {
          context_.watchdog.phase("load the model");
          if (!weights_) {
            weights_ =
                std::make_unique<jobs::Weights>(opened, place_, [this] { context_.watchdog.progress(); });
            content_.check_unchanged();
          }
          answerer.emplace(step.options, opened, *weights_, context_, stop_);
        },
        step.setting,
        report};
    evaluation::SweepOptions options = step.options.sweep;
    options.task = task_.task;
    options.tasks = task_.tasks;
    return evaluation::sweep(options, step.work, others, step.options.grading, subject, context_.world,
                             context_.watchdog, stop_);
  }

 private:
  std::string folder_, checksum_;
  const evaluation::SweepOptions& task_;
  jobs::Place place_;
  job::Context& context_;
  job::StopRequests& stop_;
  evaluation::ModelContent content_;
  std::unique_ptr<jobs::Weights> weights_;
};

/// The table of what this task has recorded for these steps, on stdout.
void print_table(const evaluation::SweepOptions& task, const std::vector<Answered>& answered) {
  const auto file = fs::path(task.output) / evaluation::records_name(task.task);
  if (!fs::exists(file)) { return; }
  std::vector<evaluation::Record> records = evaluation::read_records(file).records;
  std::erase_if(records, [&](const evaluation::Record& record) {
    return std::none_of(answered.begin(), answered.end(), [&](const Answered& one) {
      return record.model_checksum == one.checksum && record.settings == one.settings &&
             record.view == word(one.step->options.sweep.view);
    });
  });
  if (records.empty()) { return; }
  if (task.tasks > 1) { std::cout << "task " << task.task << " of " << task.tasks << ":\n"; }
  std::cout << analysis::accuracy_text(records);
}

/// Collective. The predictions of the steps with view patch, and what to do with them.
void write_patches(const evaluation::SweepOptions& task, const std::vector<Answered>& answered,
                   job::Context& context) {
  const auto asks_patches = [](const Answered& one) {
    return one.step->options.sweep.view == evaluation::EvaluationView::patch;
  };
  if (std::none_of(answered.begin(), answered.end(), asks_patches)) { return; }
  // The task that ends last must write last.
  const job::RunLock lock(fs::path(task.output) / "LOCK_predictions", "the predictions of " + task.output,
                          context.world, [&context] { context.watchdog.progress(); });
  if (!context.world.is_root()) { return; }
  for (const Answered& one : answered) {
    if (!asks_patches(one)) { continue; }
    std::vector<std::string> benchmarks;
    for (const evaluation::Work& part : one.step->work) { benchmarks.push_back(part.benchmark->checksum); }
    const evaluation::Predictions made = evaluation::write_predictions(
        task.output, {one.step->model, one.step->setting, one.checksum, one.settings, benchmarks});
    std::cout << made.file.string() << ": " << counted(made.instances, "prediction") << ", "
              << made.with_patch
              << " with a patch. Patches are not graded here. Next, with the harness of SWE-bench:\n"
              << "  python -m swebench.harness.run_evaluation --predictions_path " << made.file.string()
              << " --dataset_name DATASET --run_id NAME\n";
  }
}

struct Total {
  evaluation::SweepSummary summary;
  std::vector<Answered> answered;
};

/// Answers the steps model by model: the weights of one are freed before the next are loaded.
Total answer_all(const Plan& plan, const evaluation::SweepOptions& task, const jobs::Place& place,
                 job::Context& context, job::StopRequests& stop, TaskStatus& status) {
  Total total;
  const evaluation::Recorded others = context.world.is_root()
                                          ? evaluation::recorded_by_others(task.output, task.task)
                                          : evaluation::Recorded();
  std::unique_ptr<ModelRun> run;
  std::string loaded;
  for (const Step& step : plan.steps) {
    if (!step.has_questions()) { continue; }
    if (loaded != step.options.model) {
      run.reset();
      run = std::make_unique<ModelRun>(step.options.model, task, place, context, stop);
      loaded = step.options.model;
    }
    if (plan.steps.size() > 1) {
      log_info(cat("model ", step.model, step.setting.empty() ? "" : cat(", settings ", step.setting)));
    }
    const auto report = [&](std::int64_t recorded, std::int64_t completions) {
      status.reached(total.summary.resumed + recorded, total.summary.completions + completions);
    };
    const evaluation::SweepSummary done = run->answer(step, others, total.answered.emplace_back(), report);
    total.summary.completions += done.completions;
    total.summary.correct += done.correct;
    total.summary.resumed += done.resumed;
    total.summary.stopped = done.stopped;
    if (done.stopped) { break; }
  }
  return total;
}

}  // namespace

int run(jobs::EvalOptions options, job::Context& context) {
  if (options.sweep.sweep.empty()) { resolve_length(options); }
  check(options);
  const jobs::Place place = jobs::place_of(options.device, context.world);
  evaluation::resolve_task(options.sweep);
  const evaluation::SweepOptions& task = options.sweep;
  evaluation::keep_task_count(task.output, task.tasks, context.world);
  const job::RunLock lock(
      fs::path(task.output) / cat("LOCK_", zero_padded(task.task, 5)),
      cat("task ", task.task, " of ", task.output), context.world,
      [&context] { context.watchdog.progress(); }, task.lock_wait.seconds);
  TaskStatus status(task.output, task.task, context);
  job::StopRequests stop(context.world, options.stop);
  model::set_compute_threads(context.threads);
  const Plan plan = make_plan(options, context.world);
  status.expect(plan.completions());
  const auto [summary, answered] = answer_all(plan, task, place, context, stop, status);
  log_info(cat("task ", task.task, " of ", task.tasks, ": ", counted(summary.completions, "completion"),
               " graded, ", summary.correct, " correct, ", summary.resumed, " recorded before"));
  if (context.world.is_root()) { print_table(task, answered); }
  write_patches(task, answered, context);
  if (summary.stopped) {
    // After TERM or INT the next job of a chain must not start, so the state is "failed". The records are
    // kept in both cases.
    const bool saved = stop.reason() != "TERM" && stop.reason() != "INT";
    status.end(saved ? job::State::saved : job::State::failed, saved ? stop.reason() : "terminated",
               summary.resumed, summary.completions);
    log_info(cat("stopped by ", stop.reason(), " before all questions were answered (see ", status.name(),
                 "); to resume, run the same command again"));
    return saved ? static_cast<int>(options.stop.saved_exit_code) : 1;
  }
  status.end(job::State::finished, "", summary.resumed, summary.completions);
  log_info(cat("records are in ", task.output, "; next: srl_report ", shell_quoted(task.output)));
  return 0;
}

}  // namespace srl::eval_job
