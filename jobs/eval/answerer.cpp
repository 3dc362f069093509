#include "jobs/eval/answerer.hpp"

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::eval_job {
namespace {

trajectory::InstanceOptions whole(trajectory::InstanceOptions instance) {
  instance.view = trajectory::InstanceView::whole;
  return instance;
}

evaluation::Shots shots_of(const evaluation::SweepOptions& sweep) {
  if (sweep.shots == 0) { return {}; }
  return {sweep.shots_file, sweep.shots, sweep.fields};
}

}  // namespace

Answerer::Answerer(const jobs::EvalOptions& options, const model::ModelFolder& folder,
                   const jobs::Weights& weights, job::Context& context, job::StopRequests& stop)
    : options_(options),
      context_(context),
      stop_(stop),
      folder_(folder),
      view_(options.instance, folder_.tokenizer, folder_.chat_template),
      whole_view_(whole(options.instance), folder_.tokenizer, folder_.chat_template),
      shots_(shots_of(options.sweep)),
      pool_(context.threads),
      generator_(weights, folder_.stop_ids, options.rollout, pool_,
                 [this](const std::vector<std::int32_t>& ids) { return folder_.tokenizer.decode(ids); }) {
  generator_->check(options.sampling);
  if (generator_->kv_bytes_needed(1, options.sampling) > options.rollout.kv_cache_bytes.value) {
    throw BadOption("rollout.kv_cache_bytes is too small for one completion of sampling.max_new_tokens");
  }
}

std::vector<evaluation::SampledText> Answerer::operator()(const std::vector<evaluation::Asked>& asked,
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
  const std::string& system = view_.own_system_prompt();
  if (sweep.view == evaluation::EvaluationView::patch) {
    return evaluation::answer_patches(asked, respondent, folder_.chat_template, system);
  }
  return evaluation::answer_whole(asked, respondent, folder_.chat_template, system, shots_);
}

std::string Answerer::why_not(const std::vector<text::TokenId>& prompt) const {
  if (prompt.empty()) { return "the prompt has no tokens"; }
  const std::int64_t length = std::ssize(prompt), positions = folder_.config.max_positions;
  if (positions > 0 && length > folder_.longest_prompt()) {
    return cat("its prompt has ", counted(length, "token"), ", and the model has ", positions, " positions");
  }
  const std::uint64_t needed = generator_->kv_bytes_needed(length, options_.sampling);
  const std::uint64_t available = options_.rollout.kv_cache_bytes.value;
  if (needed > available) {
    return cat("its ", length, " prompt tokens and sampling.max_new_tokens need ",
               human_bytes(static_cast<double>(needed)), " of rollout.kv_cache_bytes (",
               human_bytes(static_cast<double>(available)), ")");
  }
  return "";
}

std::vector<std::vector<evaluation::Completion>> Answerer::run(
    const std::vector<evaluation::Request>& requests, const Tick& tick) {
  std::vector<rollout::Group> groups;
  for (const auto& request : requests) {
    groups.push_back({request.prompt, request.draw, request.completions, request.first_completion});
  }
  rollout::Generated generated =
      generator_->generate(groups, options_.sampling, static_cast<std::uint64_t>(options_.common.seed),
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

}  // namespace srl::eval_job
