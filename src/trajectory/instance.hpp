#pragma once
// Instances (docs/method.md, "Instances, prompts and targets"): an instance is a solution and a step index. A
// view turns it into prompt and target.
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "text/chat_template.hpp"
#include "text/tokenizer.hpp"
#include "trajectory/options.hpp"
#include "trajectory/solution.hpp"

namespace srl::trajectory {

/// The range [first, last) of 0-based steps that are instances under the options, for a solution of `count`
/// steps. View whole: [0, 1).
std::pair<std::int64_t, std::int64_t> instance_range(std::int64_t count, const InstanceOptions& options);

/// The same range as a list of step indices k. View whole: only k = 0.
std::vector<std::int64_t> instance_steps(const Solution& solution, const InstanceOptions& options);

/// The text of a step that the action is compared with, as target_text says.
std::string target_of(const Step& step, const InstanceOptions& options);
/// The expert text of instance k: a step, the whole solution or the rest of it, as the view says.
std::string target_of(const Solution& solution, std::int64_t k, const InstanceOptions& options);
/// View step: the step before instance k (control "copy the previous step"). Empty for k = 0 and other views.
std::string previous_of(const Solution& solution, std::int64_t k, const InstanceOptions& options);

struct Instance {
  std::string prompt;   ///< rendered by the chat template, think prefill included
  std::string prefill;  ///< View::prefill()
  std::string target;   ///< target_of()
  std::string answer;   ///< the solution's final answer (for the outcome signal); may be empty
  std::vector<text::TokenId> prompt_ids;
};

/// Renders instances under one view. A run creates it once.
class View {
 public:
  View(const InstanceOptions& options, const text::Tokenizer& tokenizer, text::ChatTemplate chat_template);
  /// The same without reading a file: `system_prompt` is what system_prompt_of returned.
  View(const InstanceOptions& options, const text::Tokenizer& tokenizer, text::ChatTemplate chat_template,
       std::string system_prompt);
  /// The text of instance.system_prompt; empty if the option is not set. BadOption if it cannot be read.
  static std::string system_prompt_of(const InstanceOptions& options);
  /// If prompt_ids is longer than max_prompt_tokens, the caller must drop and count the instance. Throws Bug
  /// for a step that does not exist.
  Instance render(const Solution& solution, std::int64_t k) const;
  bool prefills_think() const;
  /// The start of the completion that every prompt already contains: "<think>" or "".
  std::string prefill() const;
  /// Calls of render so far, by this view and its copies.
  std::int64_t rendered() const { return *rendered_; }
  /// The user's system prompt; empty = the built-in one.
  const std::string& own_system_prompt() const { return system_prompt_; }

 private:
  std::shared_ptr<std::atomic<std::int64_t>> rendered_ = std::make_shared<std::atomic<std::int64_t>>(0);
  InstanceOptions options_;
  const text::Tokenizer& tokenizer_;
  text::ChatTemplate chat_template_;
  std::string system_prompt_;  ///< from the user's file; empty = the built-in one
  bool prefills_ = false;
};

}  // namespace srl::trajectory
