#include "trajectory/instance.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "trajectory/prompt/prompts.hpp"

namespace srl::trajectory {

std::pair<std::int64_t, std::int64_t> instance_range(std::int64_t count, const InstanceOptions& options) {
  if (options.view == InstanceView::whole) { return {0, 1}; }
  if (options.view == InstanceView::prefix) {
    return {1,
            std::max<std::int64_t>(1, count)};  // at least one expert step is given, and at least one remains
  }
  if (options.targets == Targets::all_but_last) { return {0, std::max<std::int64_t>(0, count - 1)}; }
  if (options.targets == Targets::all_but_first) { return {1, std::max<std::int64_t>(1, count)}; }
  return {0, count};
}

std::vector<std::int64_t> instance_steps(const Solution& solution, const InstanceOptions& options) {
  const auto [first, last] = instance_range(static_cast<std::int64_t>(solution.steps.size()), options);
  std::vector<std::int64_t> steps;
  for (std::int64_t k = first; k < last; ++k) { steps.push_back(k); }
  return steps;
}

std::string target_of(const Step& step, const InstanceOptions& options) {
  if (options.target_text == TargetText::full || !step.title) { return step.action; }
  const std::size_t title = step.action.find(*step.title);
  if (title == std::string::npos) { return step.action; }
  std::string_view body = std::string_view(step.action).substr(title + step.title->size());
  while (!body.empty() && (body.front() == '*' || body.front() == ':')) {
    body.remove_prefix(1);  // the end of "**Title:**"
  }
  body = python_strip(body);
  return body.empty() ? step.action : std::string(body);
}

std::string target_of(const Solution& solution, std::int64_t k, const InstanceOptions& options) {
  const std::size_t step = static_cast<std::size_t>(k);
  if (options.view == InstanceView::step) { return target_of(solution.steps.at(step), options); }
  std::vector<std::string> rest;
  for (std::size_t i = options.view == InstanceView::whole ? 0 : step; i < solution.steps.size(); ++i) {
    rest.push_back(solution.steps[i].action);
  }
  return join(rest, "\n");
}

std::string previous_of(const Solution& solution, std::int64_t k, const InstanceOptions& options) {
  if (options.view != InstanceView::step || k == 0) { return ""; }
  return target_of(solution.steps.at(static_cast<std::size_t>(k - 1)), options);
}

View::View(const InstanceOptions& options, const text::Tokenizer& tokenizer, text::ChatTemplate chat_template)
    : View(options, tokenizer, std::move(chat_template), system_prompt_of(options)) {}

std::string View::system_prompt_of(const InstanceOptions& options) {
  return options.system_prompt.empty() ? "" : read_system_prompt(options.system_prompt);
}

View::View(const InstanceOptions& options, const text::Tokenizer& tokenizer, text::ChatTemplate chat_template,
           std::string system_prompt)
    : options_(options),
      tokenizer_(tokenizer),
      chat_template_(std::move(chat_template)),
      system_prompt_(std::move(system_prompt)) {
  prefills_ = options_.think_prefill == ThinkPrefill::on ||
              (options_.think_prefill == ThinkPrefill::automatic && !chat_template_.opens_think());
}

bool View::prefills_think() const {
  return prefills_;
}

std::string View::prefill() const {
  return prefills_ || chat_template_.opens_think() ? "<think>" : "";
}

Instance View::render(const Solution& solution, std::int64_t k) const {
  ++*rendered_;
  if (k < 0 ||
      (k >= static_cast<std::int64_t>(solution.steps.size()) && options_.view != InstanceView::whole)) {
    throw Bug(cat("solution ", solution.id, " has no step ", k));
  }
  Instance instance;
  const bool agent = solution.domain == "agent";
  const std::string system = system_prompt_.empty() ? default_system_prompt(agent, options_) : system_prompt_;
  const std::string user =
      agent ? agent_message(solution, k, options_) : mathematics_message(solution, k, options_);
  instance.prompt = chat_template_.prompt({{"system", system}, {"user", user}});
  if (prefills_) { instance.prompt += "<think>"; }
  instance.prefill = prefill();
  instance.target = target_of(solution, k, options_);
  instance.answer = solution.answer.value_or("");
  instance.prompt_ids = tokenizer_.encode(instance.prompt);
  return instance;
}

}  // namespace srl::trajectory
