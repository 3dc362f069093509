#include "data_prep/agent/messages.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_response_item(const Json& item) {
  const Json* type = item.find("type");
  return type != nullptr && type->is_string() &&
         is_one_of(type->as_string(), {"function_call", "function_call_output", "reasoning",
                                       "local_shell_call", "local_shell_call_output", "shell_call",
                                       "shell_call_output", "custom_tool_call", "custom_tool_call_output"});
}

/// OpenHands' events have an action or an observation that is the name of a kind. SWE-agent's steps have
/// both, and texts in them.
bool is_openhands_event(const Json& item) {
  if (item.is_array()) {  // older files: pairs of action and observation
    const Json::Array& pair = item.as_array();
    return !pair.empty() && is_openhands_event(pair[0]);
  }
  if (item.find("role") != nullptr) { return false; }
  const Json* action = item.find("action");
  const Json* observation = item.find("observation");
  if (action == nullptr) {
    return observation != nullptr && observation->is_string() && item.find("content") != nullptr;
  }
  return observation == nullptr && action->is_string() &&
         is_one_of(action->as_string(), {"run",
                                         "run_ipython",
                                         "message",
                                         "system",
                                         "read",
                                         "write",
                                         "edit",
                                         "browse",
                                         "browse_interactive",
                                         "think",
                                         "finish",
                                         "delegate",
                                         "recall",
                                         "change_agent_state",
                                         "call_tool_mcp",
                                         "task_tracking",
                                         "condensation",
                                         "null",
                                         "reject",
                                         "add_task",
                                         "modify_task"});
}

struct Format {
  bool (*has)(const Json& item);
  std::vector<Message> (*messages)(const Json::Array& items);
};

bool has_role(const Json& item) {
  return item.find("role") != nullptr || item.find("from") != nullptr;
}
bool is_step(const Json& item) {
  return item.find("action") != nullptr;
}

/// In this order; the first format of which an item is there.
constexpr Format formats[] = {{is_openhands_event, messages_of_openhands},
                              {is_response_item, messages_of_responses},
                              {has_role, messages_of_chat},
                              {is_step, messages_of_swe_agent}};

}  // namespace

std::vector<Message> messages_of(const Json& list) {
  if (!list.is_array()) { return {}; }
  Json::Array items;
  for (const Json& item : list.as_array()) {
    const Json* demonstration = item.find("is_demo");
    if (demonstration == nullptr || !(*demonstration == Json(true))) { items.push_back(item); }
  }
  for (const Format& format : formats) {
    if (std::any_of(items.begin(), items.end(), format.has)) { return format.messages(items); }
  }
  return {};
}

std::vector<Message> messages_of_swe_agent(const Json::Array& items) {
  std::vector<Message> messages;
  for (const Json& item : items) {
    if (!item.is_object()) { continue; }
    Message step;
    step.from = Message::From::agent;
    step.thought = text_of(item, "thought");
    step.commands = {text_of(item, "action")};
    step.listed = true;
    messages.push_back(std::move(step));
    if (item.find("observation") != nullptr) {
      Message reply;
      reply.from = Message::From::environment;
      reply.text = text_of(item, "observation");
      messages.push_back(std::move(reply));
    }
  }
  return messages;
}

std::string content_text(const Json& content) {
  if (content.is_string()) { return content.as_string(); }
  std::string text;
  if (!content.is_array()) { return text; }
  for (const Json& part : content.as_array()) {
    if (part.is_string()) {
      text += part.as_string();
    } else if (const Json* inner = part.find("text"); inner != nullptr && inner->is_string()) {
      text += inner->as_string();
    }
  }
  return text;
}

std::string text_of(const Json& object, const char* key) {
  const Json* value = object.find(key);
  return value == nullptr ? "" : content_text(*value);
}

Call call_of(const Json& given) {
  const Json* function = given.find("function");
  const Json& inner = function != nullptr && function->is_object() ? *function : given;
  Call call;
  call.name = text_of(inner, "name");
  for (const char* key : {"arguments", "parameters", "input", "args"}) {
    const Json* arguments = inner.find(key);
    if (arguments == nullptr || arguments->is_null()) { continue; }
    call.arguments = *arguments;
    break;
  }
  if (call.arguments.is_string()) {
    try {
      call.arguments = python_strip(std::string_view(call.arguments.as_string())).empty()
                           ? Json::object()
                           : Json::parse(call.arguments.as_string(), "arguments");
    } catch (const BadInput&) { call.malformed = true; }
  }
  call.malformed |= call.name.empty() || !call.arguments.is_object();
  return call;
}

void append(std::string& text, std::string_view part, std::string_view separator) {
  if (part.empty()) { return; }
  if (!text.empty()) { text += separator; }
  text += part;
}

Exchange first_exchange(const Json& list) {
  Exchange exchange;
  const std::vector<Message> messages = messages_of(list);
  bool asked = std::none_of(messages.begin(), messages.end(),
                            [](const Message& message) { return message.from == Message::From::user; });
  bool answered = false;
  for (const Message& message : messages) {
    if (message.from == Message::From::user && !asked) {
      exchange.question = message.text;
      asked = true;
    } else if (message.from == Message::From::agent && asked && !answered) {
      exchange.reply = message.text;
      exchange.thought = message.thought;
      answered = true;
    } else if (answered && message.from != Message::From::other) {
      exchange.more = true;
    }
  }
  return exchange;
}

}  // namespace srl::data_prep
