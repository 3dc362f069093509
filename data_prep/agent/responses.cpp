// OpenAI's responses: items with a type. The items between two replies of the environment are one turn.
#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/agent/messages.hpp"

namespace srl::data_prep {
namespace {

/// A shell call's command: {"action": {"type": "exec", "command": ["bash", "-lc", "ls"]}}.
Call shell_call(const Json& item) {
  Call call;
  call.name = "shell";
  const Json* action = item.find("action");
  const Json* command = action == nullptr ? nullptr : action->find("command");
  if (command == nullptr && action != nullptr) { command = action->find("commands"); }
  if (command == nullptr) {
    call.malformed = true;
  } else {
    call.arguments["command"] = *command;
  }
  return call;
}

std::string summary_of(const Json& item) {
  std::string text = text_of(item, "summary");
  return text.empty() ? text_of(item, "content") : text;
}

/// The text of an output: a text, blocks, or {"output": …} as JSON text.
std::string output_of(const Json& item) {
  const Json* output = item.find("output");
  if (output != nullptr && output->is_string() && output->as_string().starts_with("{\"output\"")) {
    try {
      return text_of(Json::parse(output->as_string(), "output"), "output");
    } catch (const BadInput&) {}
  }
  return text_of(item, "output");
}

}  // namespace

std::vector<Message> messages_of_responses(const Json::Array& items) {
  std::vector<Message> messages;
  const auto of_agent = [&]() -> Message& {
    Message& message = messages.emplace_back();
    message.from = Message::From::agent;
    message.continues = true;
    return message;
  };
  for (const Json& item : items) {
    const std::string type = text_of(item, "type");
    if (type == "function_call" || type == "custom_tool_call") {
      Message& message = of_agent();
      if (type == "custom_tool_call") {  // its input is free text
        message.calls.push_back({text_of(item, "name"), Json::object(), false});
        message.calls.back().arguments["input"] = text_of(item, "input");
      } else {
        message.calls.push_back(call_of(item));
      }
      message.listed = true;
    } else if (type == "local_shell_call" || type == "shell_call") {
      Message& message = of_agent();
      message.calls.push_back(shell_call(item));
      message.listed = true;
    } else if (type.ends_with("_output")) {
      Message& message = messages.emplace_back();
      message.from = Message::From::environment;
      message.text = output_of(item);
    } else if (type == "reasoning") {
      of_agent().thought = summary_of(item);
    } else {
      for (Message& message : messages_of_chat({item})) {
        message.continues = message.from == Message::From::agent;
        messages.push_back(std::move(message));
      }
    }
  }
  return messages;
}

}  // namespace srl::data_prep
