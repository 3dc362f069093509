#include "data_prep/agent/turns.hpp"

#include <algorithm>
#include <optional>

#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/row/thoughts.hpp"

namespace srl::data_prep {
namespace {

using trajectory::Step;

/// The thought and the commands of one message.
Commands commands_of(const Message& message, bool plain_fences) {
  const Thought text = take_thought(message.text);
  Commands result;
  if (!message.listed) {
    result = commands_in_text(text.rest, plain_fences);
  } else {
    Commands listed;
    for (const std::string& command : message.commands) {
      const std::string_view stripped = python_strip(std::string_view(command));
      if (stripped.empty()) { continue; }
      // The action of a step may itself be a function call in text.
      const bool call = stripped.starts_with("<function=");
      const Commands inner = call ? commands_in_text(std::string(stripped)) : Commands{};
      if (!call) {
        listed.commands.emplace_back(stripped);
      } else {
        append(listed.thought, inner.thought, "\n\n");
        listed.commands.insert(listed.commands.end(), inner.commands.begin(), inner.commands.end());
        listed.malformed |= inner.malformed;
        listed.thinks |= inner.thinks;
      }
    }
    for (const Call& call : message.calls) { add_call(call, listed); }
    // The whole text is the thought, except a fence that repeats these commands.
    const Commands inside = commands_in_text(text.rest);
    const bool repeats = !inside.commands.empty() && inside.commands == listed.commands;
    result = listed;
    result.thought = repeats ? inside.thought : std::string(python_strip(std::string_view(text.rest)));
    append(result.thought, listed.thought, "\n\n");
    if (result.malformed) { result.commands.clear(); }
  }
  std::string thought(python_strip(std::string_view(message.thought)));
  append(thought, text.thought, "\n\n");
  append(thought, result.thought, "\n\n");
  result.thought = std::move(thought);
  return result;
}

std::string observation_of(std::string text, const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes) {
    if (text.starts_with(prefix)) { text.erase(0, prefix.size()); }
  }
  const std::string_view stripped = python_strip(std::string_view(text));
  constexpr std::string_view open = "<tool_response>", close = "</tool_response>";
  if (stripped.starts_with(open) && stripped.ends_with(close) &&
      stripped.size() >= open.size() + close.size()) {
    return std::string(
        python_strip(stripped.substr(open.size(), stripped.size() - open.size() - close.size())));
  }
  return text;
}

/// Collects the commands of a turn, which may be spread over several messages, and makes it a step.
class TurnBuilder {
 public:
  explicit TurnBuilder(const AgentStyle& style) : style_(style) {}

  void add(const Message& message) {
    if (message.from == Message::From::agent) {
      if (!message.continues) { close(); }
      const Commands taken = commands_of(message, style_.plain_fences);
      if (!turn_) { turn_.emplace(); }
      append(turn_->thought, taken.thought, "\n\n");
      turn_->commands.insert(turn_->commands.end(), taken.commands.begin(), taken.commands.end());
      turn_->malformed |= taken.malformed;
      turn_->thinks |= taken.thinks;
      return;
    }
    if (message.from == Message::From::other) { return; }
    close();
    if (!answers_) { return; }
    std::optional<std::string>& observation = turns_.steps.back().observation;
    const std::string text = observation_of(message.text, style_.observation_prefixes);
    observation = observation ? *observation + "\n" + text : text;
  }

  Turns finish() {
    close();
    return std::move(turns_);
  }

 private:
  /// Makes the open turn a step, or counts why it is not one.
  void close() {
    if (!turn_) { return; }
    Commands turn = std::move(*turn_);
    turn_.reset();
    std::erase(turn.commands, "");
    answers_ = !turn.malformed && !turn.commands.empty();
    if (!answers_) {
      if (turn.thinks && !turn.malformed) {
        append(pending_, turn.thought, "\n\n");
      } else {
        ++(turn.malformed ? turns_.malformed : turns_.without_command);
      }
      return;
    }
    Step& step = turns_.steps.emplace_back();
    append(pending_, turn.thought, "\n\n");
    if (!pending_.empty()) { step.thought = std::move(pending_); }
    pending_.clear();
    step.action = join(turn.commands, "\n");
  }

  const AgentStyle& style_;
  Turns turns_;
  std::optional<Commands> turn_;
  std::string pending_;   ///< what was only thought since the last step
  bool answers_ = false;  ///< the last turn became a step, so what comes back is its observation
};

}  // namespace

Turns agent_turns(const Json& turns, const AgentStyle& style) {
  TurnBuilder builder(style);
  for (const Message& message : messages_of(turns)) { builder.add(message); }
  return builder.finish();
}

}  // namespace srl::data_prep
