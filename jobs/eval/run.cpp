// Connects evaluation, which does not use LibTorch, with the generator.
#include "jobs/eval/run.hpp"

#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "evaluation/record_set.hpp"
#include "evaluation/sweep.hpp"
#include "job/devices.hpp"
#include "job/status_file.hpp"
#include "model/model_folder.hpp"
#include "model/parallel.hpp"
#include "rollout/generate.hpp"

namespace srl::eval_job {
namespace {

/// The settings that affect the text. Only records with equal settings may be averaged.
Json settings_of(const jobs::EvalOptions& options) {
  const auto& s = options.sampling;
  Json settings = Json::object();
  settings["greedy"] = s.greedy;
  if (!s.greedy) {
    settings["temperature"] = s.temperature;
    settings["top_p"] = s.top_p;
    settings["top_k"] = s.top_k;
    settings["min_p"] = s.min_p;
    settings["seed"] = options.common.seed;
  }
  settings["max_new_tokens"] = s.max_new_tokens;
  if (s.min_new_tokens > 0) { settings["min_new_tokens"] = s.min_new_tokens; }
  if (!s.stop.empty()) { settings["stop"] = Json(s.stop); }
  if (!s.logit_bias.empty()) { settings["logit_bias"] = Json(s.logit_bias); }
  if (s.repetition_penalty != 1.0) { settings["repetition_penalty"] = s.repetition_penalty; }
  if (options.sweep.view == evaluation::EvaluationView::stepwise) {
    settings["max_steps"] = options.sweep.max_steps;
  }
  if (options.sweep.view == evaluation::EvaluationView::whole &&
      options.sweep.prompt != evaluation::EvaluationPrompt::benchmark) {
    settings["prompt"] = std::string(word(options.sweep.prompt));
  }
  if (options.instance.think_prefill != trajectory::ThinkPrefill::automatic) {
    settings["think_prefill"] = std::string(word(options.instance.think_prefill));
  }
  return settings;
}

trajectory::InstanceOptions whole(trajectory::InstanceOptions instance) {
  instance.view = trajectory::InstanceView::whole;
  return instance;
}

/// Everything a rank needs to answer questions with a model.
class Answerer {
 public:
  Answerer(const jobs::EvalOptions& options, job::Context& context)
      : options_(options),
        context_(context),
        folder_(model::open_model_folder(options.model, options.instance.chat_template)),
        parameters_(model::load_parameters(folder_, model::Dtype::fp32)),
        view_(options.instance, folder_.tokenizer, folder_.chat_template),
        whole_view_(whole(options.instance), folder_.tokenizer, folder_.chat_template),
        pool_(context.threads),
        generator_(parameters_, folder_.stop_ids, options.rollout, pool_,
                   [this](const std::vector<std::int32_t>& ids) { return folder_.tokenizer.decode(ids); }) {
    generator_.check(options.sampling);
  }

  std::vector<evaluation::SampledText> operator()(const std::vector<evaluation::Question>& questions) {
    const auto generate = [this](const std::vector<evaluation::Request>& requests) { return run(requests); };
    const auto& sweep = options_.sweep;
    const bool solution_tags = options_.instance.action_tags == trajectory::ActionTags::solution;
    if (sweep.view == evaluation::EvaluationView::step) {
      return evaluation::answer_steps(questions, sweep.samples, solution_tags, folder_.tokenizer, view_,
                                      generate);
    }
    if (sweep.view == evaluation::EvaluationView::stepwise) {
      return evaluation::answer_stepwise(questions, sweep.samples, sweep.max_steps, solution_tags,
                                         folder_.tokenizer, view_, generate);
    }
    if (sweep.prompt == evaluation::EvaluationPrompt::training) {
      return evaluation::answer_whole(questions, sweep.samples, folder_.tokenizer, whole_view_, generate);
    }
    return evaluation::answer_whole(questions, sweep.samples, folder_.tokenizer, folder_.chat_template,
                                    generate);
  }

 private:
  std::vector<std::vector<evaluation::Completion>> run(const std::vector<evaluation::Request>& requests) {
    std::vector<rollout::Group> groups;
    for (const auto& request : requests) {
      groups.push_back({request.prompt, request.draw, request.completions, request.first_completion});
    }
    rollout::Generated generated =
        generator_.generate(groups, options_.sampling, static_cast<std::uint64_t>(options_.common.seed),
                            RandomStream::evaluation, [this](std::int64_t) { context_.watchdog.progress(); });
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
  model::ModelFolder folder_;
  model::Parameters parameters_;
  trajectory::View view_, whole_view_;
  ThreadPool pool_;
  rollout::Generator generator_;
};

}  // namespace

int run(jobs::EvalOptions options, job::Context& context) {
  check(options);
  job::settle_on_cpu(options.device, context.world);
  evaluation::resolve_task(options.sweep);
  evaluation::keep_task_count(options.sweep.output, options.sweep.tasks, context.world);
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
  Answerer answerer(options, context);
  const evaluation::Subject subject{options.model, settings_of(options),
                                    [&](const auto& questions) { return answerer(questions); }};
  const auto summary = evaluation::sweep(options.sweep, options.instance, options.grading, subject,
                                         context.world, context.watchdog, stop);
  log_info(cat("task ", options.sweep.task, " of ", options.sweep.tasks, ": ", summary.completions,
               " completions graded, ", summary.correct, " correct, ", summary.resumed, " recorded before"));
  status->began_at(summary.resumed);
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
