#include "jobs/options/eval.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::jobs {

void EvalOptions::visit(config::Visitor& v) {
  v.first_page(
      {.required = {"model", "input", "output"},
       .often = {"config", "sweep", "limit", "evaluation.view", "evaluation.samples", "sampling.greedy"}});
  common.visit(v);
  v.section("");
  v.option("model", model, "Hugging Face model folder");
  device.visit(v);
  sweep.visit(v);
  sampling.visit(v);
  rollout.visit(v);
  instance.visit(v);
  grading.visit(v);
  stop.visit(v);
}

void EvalOptions::visit_setting(config::Visitor& v) {
  v.section("");
  v.option("seed", common.seed, "seed of all random numbers", config::at_least(0));
  sweep.visit_setting(v);
  sampling.visit(v);
  instance.visit(v);
  grading.visit(v);
}

EvalOptions::EvalOptions() {
  sampling.automatic_length = true;
  sampling.max_new_tokens = 0;
}

void resolve_length(EvalOptions& options) {
  if (options.sampling.max_new_tokens != 0) { return; }
  using enum evaluation::EvaluationView;
  const auto view = options.sweep.view;
  options.sampling.max_new_tokens = view == whole || view == patch ? 2048 : 512;
}

void check(const EvalOptions& options) {
  const evaluation::SweepOptions& sweep = options.sweep;
  if (sweep.output.empty()) { throw BadOption("--output DIR is missing: where the records go"); }
  if (!sweep.sweep.empty()) {
    for (const auto& [given, name] :
         {std::pair{!options.model.empty(), "--model"}, std::pair{!sweep.input.empty(), "--input"},
          std::pair{!sweep.data.empty(), "--data"},
          std::pair{sweep.fields != evaluation::FieldNames{}, "--fields"}}) {
      if (given) { throw BadOption(cat(name, " and --sweep exclude each other: name it in ", sweep.sweep)); }
    }
    return;
  }
  if (options.model.empty()) { throw BadOption("--model DIR is missing"); }
  const bool steps = sweep.view == evaluation::EvaluationView::step;
  if (steps && sweep.data.empty()) {
    throw BadOption("--data DIR is missing: a folder of srl_prep with validation solutions");
  }
  if (!steps && sweep.input.empty()) {
    throw BadOption("--input FILES is missing: benchmark files to answer");
  }
  check_setting(options);
}

void check_setting(const EvalOptions& options) {
  using enum evaluation::EvaluationView;
  const evaluation::SweepOptions& sweep = options.sweep;
  if (options.instance.view != trajectory::InstanceView::step) {
    throw BadOption("instance.view is only for training; use evaluation.view and evaluation.prompt instead");
  }
  rollout::check(options.sampling);
  if (options.sampling.greedy && sweep.samples != 1) {
    throw BadOption(
        "--evaluation.samples must be 1 with --sampling.greedy on: every sample would be the same");
  }
  if (sweep.view == patch && sweep.samples != 1) {
    throw BadOption(
        "--evaluation.samples must be 1 with --evaluation.view patch: one prediction per instance");
  }
  if ((sweep.shots > 0) != !sweep.shots_file.empty()) {
    throw BadOption("--evaluation.shots N and --evaluation.shots_file FILE belong together");
  }
  if (sweep.shots > 0 && (sweep.view != whole || sweep.prompt != evaluation::EvaluationPrompt::benchmark)) {
    throw BadOption("--evaluation.shots needs --evaluation.view whole and --evaluation.prompt benchmark");
  }
}

}  // namespace srl::jobs
