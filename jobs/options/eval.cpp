#include "jobs/options/eval.hpp"

#include "base/error.hpp"

namespace srl::jobs {

void EvalOptions::visit(config::Visitor& v) {
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

EvalOptions::EvalOptions() {
  sampling.automatic_length = true;
  sampling.max_new_tokens = 0;
}

void resolve_length(EvalOptions& options) {
  if (options.sampling.max_new_tokens != 0) { return; }
  options.sampling.max_new_tokens = options.sweep.view == evaluation::EvaluationView::whole ? 2048 : 512;
}

void check(const EvalOptions& options) {
  if (options.model.empty()) { throw BadOption("--model DIR is missing"); }
  const bool steps = options.sweep.view == evaluation::EvaluationView::step;
  if (steps && options.sweep.data.empty()) {
    throw BadOption("--data DIR is missing: a folder of srl_prep with validation solutions");
  }
  if (!steps && options.sweep.input.empty()) {
    throw BadOption("--input FILES is missing: benchmark files to answer");
  }
  if (options.instance.view != trajectory::InstanceView::step) {
    throw BadOption("instance.view is only for training; use evaluation.view and evaluation.prompt instead");
  }
  if (options.sweep.output.empty()) { throw BadOption("--output DIR is missing: where the records go"); }
  rollout::check(options.sampling);
  if (options.sampling.greedy && options.sweep.samples != 1) {
    throw BadOption(
        "--evaluation.samples must be 1 with --sampling.greedy on: every sample would be the same");
  }
}

}  // namespace srl::jobs
