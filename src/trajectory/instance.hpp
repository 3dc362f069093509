#pragma once
// What is asked (docs/method.md, "Instances, prompts and targets"): an instance is a solution and a step
// index; a view turns it into prompt and target.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "text/chat_template.hpp"
#include "text/tokenizer.hpp"
#include "trajectory/options.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

/// The steps [first, last), 0-based, of a solution of `count` steps that are instances under the options.
/// View whole: [0, 1).
std::pair<std::int64_t, std::int64_t> instance_range(std::int64_t count, const InstanceOptions& options);

/// Step indices k (0-based) of a solution that are instances under the options. View whole: one, k = 0.
std::vector<std::int64_t> instance_steps(const Solution& solution, const InstanceOptions& options);

/// The text of a step that the action is compared with, under target_text.
std::string target_of(const Step& step, const InstanceOptions& options);
/// The expert text of instance k: a step, the whole solution or its rest, as the view says.
std::string target_of(const Solution& solution, std::int64_t k, const InstanceOptions& options);
/// View step: the step before instance k (control "copy the previous step"); else, and for k = 0, empty.
std::string previous_of(const Solution& solution, std::int64_t k, const InstanceOptions& options);

struct Instance {
  std::string prompt;   ///< rendered by the chat template, think prefill included
  std::string prefill;  ///< View::prefill()
  std::string target;   ///< target_of()
  std::string answer;   ///< the solution's final answer (outcome signal); may be empty
  std::vector<text::TokenId> prompt_ids;
};

/// Renders instances under one view; made once a run.
class View {
 public:
  View(const InstanceOptions& options, const text::Tokenizer& tokenizer, text::ChatTemplate chat_template);
  /// prompt_ids longer than max_prompt_tokens: the caller drops and counts it. Bug for a step that does not
  /// exist.
  Instance render(const Solution& solution, std::int64_t k) const;
  bool prefills_think() const;
  /// What of the completion every prompt already holds: "<think>" or "".
  std::string prefill() const;

 private:
  InstanceOptions options_;
  const text::Tokenizer& tokenizer_;
  text::ChatTemplate chat_template_;
  std::string system_prompt_;  ///< of the user's file; empty = ours
  bool prefills_ = false;
};

}  // namespace srl::trajectory
