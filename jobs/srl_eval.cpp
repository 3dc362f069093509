// srl_eval: a model and benchmark files → graded records; joins evaluation (which knows no LibTorch) with the generator.
#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "evaluation/sweep.hpp"
#include "job/devices.hpp"
#include "job/job.hpp"
#include "job/status_file.hpp"
#include "model/config.hpp"
#include "model/parallel.hpp"
#include "model/parameters.hpp"
#include "rollout/generate.hpp"

namespace {

struct Options {
  srl::job::CommonOptions common;
  srl::evaluation::SweepOptions sweep;
  srl::rollout::SamplingOptions sampling;
  srl::rollout::RolloutOptions rollout;
  srl::trajectory::InstanceOptions instance;
  srl::grading::GradingOptions grading;
  srl::job::StopOptions stop;
  srl::device::DeviceOptions device;
  std::string model;

  void visit(srl::config::Visitor& v) {
    common.visit(v);
    v.section("");
    v.option("model", model, "Hugging Face model folder");
    device.visit_device(v);
    sweep.visit(v);
    sampling.visit(v);
    rollout.visit(v);
    instance.visit(v);
    grading.visit(v);
    stop.visit(v);
  }
};

void check(const Options& options) {
  if (options.model.empty()) throw srl::BadOption("--model DIR is missing");
  const bool steps = options.sweep.view == "step";
  if (steps && options.sweep.data.empty()) throw srl::BadOption("--data DIR is missing: a folder of srl_prep with validation solutions");
  if (!steps && options.sweep.input.empty()) throw srl::BadOption("--input FILES is missing: benchmark files to answer");
  if (options.instance.view != "step") throw srl::BadOption("instance.view is for training; see evaluation.view and evaluation.prompt");
  if (options.sweep.output.empty()) throw srl::BadOption("--output DIR is missing: where the records go");
  if (options.sampling.greedy && options.sweep.samples != 1) {
    throw srl::BadOption("--evaluation.samples must be 1 with --sampling.greedy on: every sample would be the same");
  }
}

/// Only what shapes the text: two records with equal settings may be averaged.
srl::Json settings_of(const Options& options) {
  const auto& s = options.sampling;
  srl::Json settings = srl::Json::object();
  settings["greedy"] = s.greedy;
  if (!s.greedy) {
    settings["temperature"] = s.temperature;
    settings["top_p"] = s.top_p;
    settings["top_k"] = s.top_k;
    settings["min_p"] = s.min_p;
    settings["seed"] = options.common.seed;
  }
  settings["max_new_tokens"] = s.max_new_tokens;
  if (s.min_new_tokens > 0) settings["min_new_tokens"] = s.min_new_tokens;
  if (!s.stop.empty()) settings["stop"] = srl::Json(s.stop);
  if (!s.logit_bias.empty()) settings["logit_bias"] = srl::Json(s.logit_bias);
  if (s.repetition_penalty != 1.0) settings["repetition_penalty"] = s.repetition_penalty;
  if (options.sweep.view == "stepwise") settings["max_steps"] = options.sweep.max_steps;
  if (options.sweep.view == "whole" && options.sweep.prompt != "benchmark") settings["prompt"] = options.sweep.prompt;
  if (options.instance.think_prefill != "auto") settings["think_prefill"] = options.instance.think_prefill;
  return settings;
}

srl::trajectory::InstanceOptions whole(srl::trajectory::InstanceOptions instance) {
  instance.view = "whole";
  return instance;
}

/// Everything a rank needs to answer questions with a model.
class Answerer {
 public:
  Answerer(const Options& options, srl::job::Context& context)
      : options_(options),
        context_(context),
        tokenizer_(srl::text::Tokenizer::load(options.model)),
        chat_template_(srl::text::ChatTemplate::load(options.model, options.instance.chat_template)),
        parameters_(srl::model::load_parameters(options.model, srl::model::read_config(options.model), srl::model::Dtype::fp32)),
        view_(options.instance, tokenizer_, chat_template_),
        whole_view_(whole(options.instance), tokenizer_, chat_template_),
        pool_(context.threads),
        generator_(parameters_, srl::text::stop_ids(options.model, tokenizer_, chat_template_), options.rollout, pool_,
                   [this](const std::vector<std::int32_t>& ids) { return tokenizer_.decode(ids); }) {}

  std::vector<srl::evaluation::SampledText> operator()(const std::vector<srl::evaluation::Question>& questions) {
    const auto generate = [this](const std::vector<srl::evaluation::Request>& requests) { return run(requests); };
    const auto& sweep = options_.sweep;
    const bool solution_tags = options_.instance.action_tags == "solution";
    if (sweep.view == "step") return srl::evaluation::answer_steps(questions, sweep.samples, solution_tags, tokenizer_, view_, generate);
    if (sweep.view == "stepwise") {
      return srl::evaluation::answer_stepwise(questions, sweep.samples, sweep.max_steps, solution_tags, tokenizer_, view_, generate);
    }
    if (sweep.prompt == "training") return srl::evaluation::answer_whole(questions, sweep.samples, tokenizer_, whole_view_, generate);
    return srl::evaluation::answer_whole(questions, sweep.samples, tokenizer_, chat_template_, generate);
  }

 private:
  std::vector<std::vector<srl::evaluation::Completion>> run(const std::vector<srl::evaluation::Request>& requests) {
    std::vector<srl::rollout::Group> groups;
    for (const auto& request : requests) groups.push_back({request.prompt, request.draw, request.answers, request.first_completion});
    srl::rollout::Generated generated =
        generator_.generate(groups, options_.sampling, static_cast<std::uint64_t>(options_.common.seed), srl::RandomStream::evaluation,
                            [this](std::int64_t) { context_.watchdog.progress(); });
    std::vector<std::vector<srl::evaluation::Completion>> completions(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (auto& answer : generated.completions[g]) completions[g].push_back({std::move(answer.ids), answer.finish_reason});
    }
    return completions;
  }

  const Options& options_;
  srl::job::Context& context_;
  srl::text::Tokenizer tokenizer_;
  srl::text::ChatTemplate chat_template_;
  srl::model::Parameters parameters_;
  srl::trajectory::View view_, whole_view_;
  srl::ThreadPool pool_;
  srl::rollout::Generator generator_;
};

int evaluate(Options& options, srl::job::Context& context) {
  check(options);
  srl::job::settle_on_cpu(options.device, context.world);
  srl::evaluation::resolve_task(options.sweep);
  srl::job::StopRequests stop(context.world, options.stop);
  srl::model::set_compute_threads(context.threads);
  Answerer answerer(options, context);
  const srl::evaluation::Subject subject{options.model, settings_of(options), [&](const auto& questions) { return answerer(questions); }};
  // One STATUS an array task, beside its records: whether these are all of its answers.
  const auto status_name = srl::cat("STATUS_", srl::zero_padded(options.sweep.task, 5));
  if (context.world.is_root()) srl::make_folders(options.sweep.output);
  const auto status = std::make_shared<srl::job::StatusFile>(std::filesystem::path(options.sweep.output) / status_name);
  context.world.barrier();
  status->set(srl::job::State::running, "", 0, context.world.is_root());
  context.on_failure->set([status](const srl::job::Trouble& trouble) { status->set_failed(trouble.message); });
  const auto summary = srl::evaluation::sweep(options.sweep, options.instance, options.grading, subject, context.world, context.watchdog, stop);
  srl::log_info(srl::cat("task ", options.sweep.task, " of ", options.sweep.tasks, ": ", summary.answered, " answers graded, ",
                         summary.correct, " correct, ", summary.resumed, " recorded before"));
  if (summary.stopped) {
    // After TERM or INT nobody wants the next step of a chain to start; what is recorded stays either way.
    const bool saved = stop.reason() != "TERM" && stop.reason() != "INT";
    const std::int64_t answers = summary.resumed + summary.answered;
    status->set(saved ? srl::job::State::saved : srl::job::State::failed, saved ? stop.reason() : "terminated", answers, context.world.is_root());
    srl::log_info(srl::cat("stopped by ", stop.reason(), " before all questions were answered (", status_name,
                           " says so); the same command goes on from here"));
    return saved ? 0 : 1;
  }
  status->set(srl::job::State::finished, "", summary.resumed + summary.answered, context.world.is_root());
  srl::log_info(srl::cat("records are in ", options.sweep.output, "; next: srl_report ", options.sweep.output));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const srl::config::JobText text{
      .name = "srl_eval",
      .purpose = "Answers benchmark questions with a model and grades the answers; array task i of n, resumable.",
      .example = "mpirun -n 2 srl_eval --model run/export --input benchmark.jsonl --output results/srl --sampling.greedy on"};
  return srl::job::run_job(argc, argv, text, options.common, [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
                           [&](srl::job::Context& context) { return evaluate(options, context); });
}
