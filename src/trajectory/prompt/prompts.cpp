#include "trajectory/prompt/prompts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::trajectory {

std::string default_system_prompt(bool agent, const InstanceOptions& options) {
  const bool tags = options.action_tags == ActionTags::solution;
  std::string text;
  if (agent) {
    text =
        "You repair software by running commands. You are given an issue and the latest commands with their "
        "output. "
        "First think inside <think> and </think>. ";
    text += tags ? "Then write the next command inside <solution> and </solution>."
                 : "Then write just the next command and nothing else.";
    return text;
  }
  if (options.view == InstanceView::step) {
    text =
        "You continue a solution that is written step by step. You are given a question and the steps so "
        "far. "
        "Continue with just the next logical step. First think inside <think> and </think>. ";
    text += tags ? "Then write that one step inside <solution> and </solution>."
                 : "Then write only that one step.";
    return text + " Do not repeat earlier steps.";
  }
  text = "You solve problems step by step. First think inside <think> and </think>. ";
  text += tags ? "Then write the solution inside <solution> and </solution>," : "Then write the solution,";
  return text + " with the final answer in \\boxed{}.";
}

std::string read_system_prompt(const std::string& file) {
  std::string text;
  try {
    text = std::string(python_strip(repair_utf8(read_file(file))));
  } catch (const EnvironmentError& error) { throw BadOption(cat("instance.system_prompt: ", error.what())); }
  if (text.empty()) { throw BadOption(cat("instance.system_prompt: ", file, " is empty")); }
  return text;
}

std::string mathematics_message(const Solution& solution, std::int64_t k, const InstanceOptions& options) {
  std::string text = "Question: " + solution.question;
  if (options.view == InstanceView::whole) { return text; }
  for (std::int64_t i = 0; i < k; ++i) {
    text += i == 0 ? "\n\nSolution:\n" : "\n";
    text += solution.steps[i].action;
  }
  const auto& title = solution.steps[k].title;
  if (options.hint == Hint::title && title) { text += "\n\nNext step: " + *title; }
  return text;
}

std::string cut_in_the_middle(const std::string& text, std::int64_t limit) {
  const std::u32string characters = decode_utf8_lossy(text);
  const std::int64_t length = std::ssize(characters);
  if (length <= limit) { return text; }
  const std::int64_t kept = limit - 40;  // room for the marker
  const std::u32string_view all = characters;
  const std::int64_t tail = kept / 2;
  return cat(encode_utf8(all.substr(0, kept - tail)), "\n[… ", length - kept, " characters cut …]\n",
             encode_utf8(all.substr(length - tail)));
}

std::string agent_message(const Solution& solution, std::int64_t k, const InstanceOptions& options) {
  std::string text = "Issue: " + solution.question;
  for (std::int64_t i = std::max<std::int64_t>(0, k - options.history); i < k; ++i) {
    const Step& step = solution.steps[i];
    text += "\n\nCommand:\n" + step.action + "\n\nOutput:\n" +
            cut_in_the_middle(step.observation.value_or(""), options.observation_chars);
  }
  return text;
}

}  // namespace srl::trajectory
