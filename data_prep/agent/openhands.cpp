// OpenHands' events: {"action": "run", "args": {"command": …, "thought": …}} and {"observation": "run",
// "content": …}; the arguments may also be beside the action. Older files hold pairs of both.
#include <algorithm>

#include "data_prep/agent/messages.hpp"

namespace srl::data_prep {
namespace {

using From = Message::From;

std::string argument(const Json& event, const char* name) {
  const Json* arguments = event.find("args");
  const std::string text = arguments == nullptr ? "" : text_of(*arguments, name);
  return text.empty() ? text_of(event, name) : text;
}

/// The arguments that are part of the command.
Json arguments_of(const Json& event) {
  const Json* given = event.find("args");
  Json kept = Json::object();
  if (given == nullptr || !given->is_object()) { return kept; }
  for (const auto& [name, value] : given->as_object()) {
    const bool own = name == "path" || name == "content" || name == "start" || name == "end" ||
                     name == "view_range" || name == "old_str" || name == "new_str" || name == "file_text" ||
                     name == "insert_line" || name == "url" || name == "browser_actions" || name == "agent" ||
                     name == "inputs" || name == "arguments" || name == "name" || name == "command";
    const bool empty = value.is_null() || (value.is_string() && value.as_string().empty());
    if (own && !empty) { kept[name] = value; }
  }
  return kept;
}

/// Whether the event is bookkeeping: neither a turn nor what came back.
bool is_bookkeeping(const std::string& kind) {
  return kind == "system" || kind == "recall" || kind == "change_agent_state" || kind == "condensation" ||
         kind == "null" || kind == "agent_state_changed" || kind == "condensation_request";
}

void add_action(const Json& event, const std::string& kind, std::vector<Message>& messages) {
  Message message;
  message.from = From::agent;
  if (kind == "message") {
    message.text = argument(event, "content");
    const std::string source = text_of(event, "source");
    const bool asked =
        std::any_of(messages.begin(), messages.end(), [](const Message& m) { return m.from == From::user; });
    if (source == "user" || (source.empty() && !asked)) { message.from = From::user; }
    messages.push_back(std::move(message));
    return;
  }
  message.thought = argument(event, "thought");
  message.listed = true;
  Call call{kind, Json::object(), false};
  if (kind == "run" || kind == "run_ipython") {
    const std::string command = argument(event, kind == "run" ? "command" : "code");
    if (!command.empty()) { message.commands.push_back(command); }
  } else if (kind == "finish") {
    const std::string said = argument(event, "final_thought");
    append(message.thought, said.empty() ? argument(event, "message") : said, "\n\n");
    message.calls.push_back(std::move(call));
  } else if (kind != "think") {
    call.arguments = arguments_of(event);
    message.calls.push_back(std::move(call));
  } else {
    message.calls.push_back(std::move(call));
  }
  messages.push_back(std::move(message));
}

void add_event(const Json& event, std::vector<Message>& messages) {
  const std::string action = text_of(event, "action"), observation = text_of(event, "observation");
  if (is_bookkeeping(action.empty() ? observation : action)) { return; }
  if (!action.empty()) { return add_action(event, action, messages); }
  if (observation.empty()) { return; }
  Message message;
  message.from = From::environment;
  message.text = text_of(event, "content");
  messages.push_back(std::move(message));
}

}  // namespace

std::vector<Message> messages_of_openhands(const Json::Array& items) {
  std::vector<Message> messages;
  for (const Json& item : items) {
    if (item.is_object()) { add_event(item, messages); }
    if (!item.is_array()) { continue; }
    for (const Json& event : item.as_array()) { add_event(event, messages); }
  }
  return messages;
}

}  // namespace srl::data_prep
