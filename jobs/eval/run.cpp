// Connects evaluation, which does not use LibTorch, with the generator.
#include "jobs/eval/run.hpp"

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>

#include "analysis/report.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "evaluation/model_content.hpp"
#include "evaluation/record_set.hpp"
#include "evaluation/sweep.hpp"
#include "job/devices.hpp"
#include "job/run_lock.hpp"
#include "job/status_file.hpp"
#include "jobs/eval/settings.hpp"
#include "model/model_folder.hpp"
#include "model/parallel.hpp"
#include "rollout/generate.hpp"

namespace srl::eval_job {
namespace {

trajectory::InstanceOptions whole(trajectory::InstanceOptions instance) {
  instance.view = trajectory::InstanceView::whole;
  return instance;
}

using Tick = std::function<void(std::int64_t)>;

/// Everything a rank needs to answer questions with a model.
class Answerer {
 public:
  Answerer(const jobs::EvalOptions& options, job::Context& context, job::StopRequests& stop)
      : options_(options),
        context_(context),
        stop_(stop),
        folder_(model::open_model_folder(options.model, options.instance.chat_template)),
        parameters_(model::load_parameters(folder_, model::Dtype::fp32)),
        view_(options.instance, folder_.tokenizer, folder_.chat_template),
        whole_view_(whole(options.instance), folder_.tokenizer, folder_.chat_template),
        pool_(context.threads),
        generator_(parameters_, folder_.stop_ids, options.rollout, pool_,
                   [this](const std::vector<std::int32_t>& ids) { return folder_.tokenizer.decode(ids); }) {
    generator_.check(options.sampling);
    if (generator_.kv_bytes_needed(1, options.sampling) > options.rollout.kv_cache_bytes.value) {
      throw BadOption("rollout.kv_cache_bytes is too small for one completion of sampling.max_new_tokens");
    }
  }

  const text::ChatTemplate& chat_template() const { return folder_.chat_template; }

  std::vector<evaluation::SampledText> operator()(const std::vector<evaluation::Asked>& asked,
                                                  const Tick& tick) {
    const evaluation::Respondent respondent{folder_.tokenizer,
                                            [&](const auto& requests) { return run(requests, tick); },
                                            [this](const auto& prompt) { return why_not(prompt); }};
    const auto& sweep = options_.sweep;
    const bool solution_tags = options_.instance.action_tags == trajectory::ActionTags::solution;
    if (sweep.view == evaluation::EvaluationView::step) {
      return evaluation::answer_steps(asked, solution_tags, respondent, view_);
    }
    if (sweep.view == evaluation::EvaluationView::stepwise) {
      return evaluation::answer_stepwise(asked, sweep.samples, sweep.max_steps, solution_tags, respondent,
                                         view_);
    }
    if (sweep.prompt == evaluation::EvaluationPrompt::training) {
      return evaluation::answer_whole(asked, respondent, whole_view_);
    }
    return evaluation::answer_whole(asked, respondent, folder_.chat_template, view_.own_system_prompt());
  }

 private:
  /// Why the generator would refuse a prompt; empty when it would not.
  std::string why_not(const std::vector<text::TokenId>& prompt) const {
    if (prompt.empty()) { return "the prompt has no tokens"; }
    const std::int64_t length = std::ssize(prompt), positions = folder_.config.max_positions;
    if (positions > 0 && length > folder_.longest_prompt()) {
      return cat("its prompt has ", length, " tokens, and the model has ", positions, " positions");
    }
    const std::uint64_t needed = generator_.kv_bytes_needed(length, options_.sampling);
    const std::uint64_t available = options_.rollout.kv_cache_bytes.value;
    if (needed > available) {
      return cat("its ", length, " prompt tokens and sampling.max_new_tokens need ",
                 human_bytes(static_cast<double>(needed)), " of rollout.kv_cache_bytes (",
                 human_bytes(static_cast<double>(available)), ")");
    }
    return "";
  }

  std::vector<std::vector<evaluation::Completion>> run(const std::vector<evaluation::Request>& requests,
                                                       const Tick& tick) {
    std::vector<rollout::Group> groups;
    for (const auto& request : requests) {
      groups.push_back({request.prompt, request.draw, request.completions, request.first_completion});
    }
    rollout::Generated generated =
        generator_.generate(groups, options_.sampling, static_cast<std::uint64_t>(options_.common.seed),
                            RandomStream::evaluation, [&](std::int64_t tokens) {
                              context_.watchdog.progress();
                              tick(tokens);
                              if (stop_.local() != job::Stop::none) { throw rollout::LeaveEarly(); }
                            });
    std::vector<std::vector<evaluation::Completion>> completions(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (auto& answer : generated.completions[g]) {
        completions[g].push_back({std::move(answer.ids), answer.finish});
      }
    }
    return completions;
  }

  const jobs::EvalOptions& options_;
  job::Context& context_;
  job::StopRequests& stop_;
  model::ModelFolder folder_;
  model::Parameters parameters_;
  trajectory::View view_, whole_view_;
  ThreadPool pool_;
  rollout::Generator generator_;
};

/// Rank 0 reads the files; all get the result.
std::string checksum_of(const evaluation::ModelContent& content, const std::string& output,
                        job::Context& context) {
  context.watchdog.phase("checksum of the model");
  const auto tick = [&] { context.watchdog.progress(); };
  return context.world.broadcast(context.world.is_root() ? content.checksum(output, tick) : "", 0);
}

/// The table of what this task has recorded for the subject, on stdout.
void print_table(const jobs::EvalOptions& options, const evaluation::Subject& subject) {
  const auto file =
      std::filesystem::path(options.sweep.output) / evaluation::records_name(options.sweep.task);
  if (!std::filesystem::exists(file)) { return; }
  std::vector<evaluation::Record> records = evaluation::read_records(file).records;
  std::erase_if(records, [&](const evaluation::Record& record) {
    return record.model_checksum != subject.checksum || record.settings != subject.settings ||
           record.view != word(options.sweep.view);
  });
  if (records.empty()) { return; }
  if (options.sweep.tasks > 1) {
    std::cout << "task " << options.sweep.task << " of " << options.sweep.tasks << ":\n";
  }
  std::cout << analysis::accuracy_text(records);
}

}  // namespace

int run(jobs::EvalOptions options, job::Context& context) {
  resolve_length(options);
  check(options);
  job::settle_on_cpu(options.device, context.world);
  evaluation::resolve_task(options.sweep);
  evaluation::keep_task_count(options.sweep.output, options.sweep.tasks, context.world);
  const job::RunLock lock(
      std::filesystem::path(options.sweep.output) / cat("LOCK_", zero_padded(options.sweep.task, 5)),
      cat("task ", options.sweep.task, " of ", options.sweep.output), context.world,
      [&context] { context.watchdog.progress(); }, options.sweep.lock_wait.seconds);
  // One STATUS file per array task, beside its records. It says whether the records are complete. It says
  // `running` before anything else can fail: a start that fails must not leave `saved` of an earlier one.
  const auto status_name = cat("STATUS_", zero_padded(options.sweep.task, 5));
  const auto status_file = std::filesystem::path(options.sweep.output) / status_name;
  const auto status = std::make_shared<job::StatusFile>(status_file);
  const job::Reached before = job::reached_before(status_file);
  context.world.barrier();
  status->began_at(before);
  status->set(job::State::running, "", before, context.world.is_root());
  context.on_failure->set([status](const job::Trouble& trouble) { status->set_failed(trouble.message); });
  job::StopRequests stop(context.world, options.stop);
  model::set_compute_threads(context.threads);
  const evaluation::ModelContent content(options.model);
  Answerer answerer(options, context, stop);
  const evaluation::Subject subject{
      options.model, checksum_of(content, options.sweep.output, context),
      settings_of(options, answerer.chat_template()),
      [&](const auto& asked, const Tick& tick) { return answerer(asked, tick); }};
  const auto summary = evaluation::sweep(options.sweep, options.instance, options.grading, subject,
                                         context.world, context.watchdog, stop);
  log_info(cat("task ", options.sweep.task, " of ", options.sweep.tasks, ": ", summary.completions,
               " completions graded, ", summary.correct, " correct, ", summary.resumed, " recorded before"));
  status->began_at(summary.resumed);
  if (context.world.is_root()) { print_table(options, subject); }
  if (summary.stopped) {
    // After TERM or INT the next job of a chain must not start, so the state is "failed". The records are
    // kept in both cases.
    const bool saved = stop.reason() != "TERM" && stop.reason() != "INT";
    const std::int64_t completions = summary.resumed + summary.completions;
    status->set(saved ? job::State::saved : job::State::failed, saved ? stop.reason() : "terminated",
                completions, context.world.is_root());
    log_info(cat("stopped by ", stop.reason(), " before all questions were answered (see ", status_name,
                 "); to resume, run the same command again"));
    return saved ? static_cast<int>(options.stop.saved_exit_code) : 1;
  }
  status->set(job::State::finished, "", summary.resumed + summary.completions, context.world.is_root());
  log_info(cat("records are in ", options.sweep.output, "; next: srl_report ", options.sweep.output));
  return 0;
}

}  // namespace srl::eval_job
