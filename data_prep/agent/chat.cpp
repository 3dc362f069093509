// Chats: OpenAI's messages with tool_calls, Anthropic's content blocks, ShareGPT's from and value, the roles
// of nebius' runs, mini-swe-agent's lists of actions.
#include <algorithm>
#include <array>
#include <utility>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/unicode.hpp"
#include "data_prep/agent/messages.hpp"

namespace srl::data_prep {
namespace {

using From = Message::From;

struct Role {
  std::string_view word;
  From from;
};
constexpr std::array<Role, 19> roles{{{"assistant", From::agent},
                                      {"ai", From::agent},
                                      {"gpt", From::agent},
                                      {"model", From::agent},
                                      {"agent", From::agent},
                                      {"bot", From::agent},
                                      {"chatgpt", From::agent},
                                      {"function_call", From::agent},
                                      {"tool_call", From::agent},
                                      {"user", From::user},
                                      {"human", From::user},
                                      {"tool", From::environment},
                                      {"function", From::environment},
                                      {"environment", From::environment},
                                      {"observation", From::environment},
                                      {"ipython", From::environment},
                                      {"tool_response", From::environment},
                                      {"function_response", From::environment},
                                      {"tool_result", From::environment}}};

std::string role_of(const Json& item) {
  std::string role = text_of(item, "role");
  if (role.empty()) { role = text_of(item, "from"); }
  return ascii_lower(std::move(role));
}

/// A list that is stored as JSON text, opened; any other value as it is.
const Json& opened(const Json& value, Json& held) {
  if (!value.is_string() || !python_strip(std::string_view(value.as_string())).starts_with("[")) {
    return value;
  }
  try {
    held = Json::parse(value.as_string(), "field");
  } catch (const BadInput&) { return value; }
  return held.is_array() ? held : value;
}

bool has_blocks(const Json& content) {
  return content.is_array() && !content.as_array().empty() && content.as_array()[0].find("type") != nullptr;
}

/// Reads content blocks: text, thinking, tool_use and tool_result.
void add_blocks(const Json::Array& blocks, Message& message) {
  for (const Json& block : blocks) {
    const std::string type = text_of(block, "type");
    if (type == "tool_use" || type == "server_tool_use") {
      message.calls.push_back(call_of(block));
      message.listed = true;
    } else if (type == "tool_result" || type == "tool_response") {
      message.from = From::environment;
      append(message.text, text_of(block, "content"));
    } else if (type == "thinking" || type == "reasoning") {
      append(message.thought, text_of(block, type == "thinking" ? "thinking" : "text"), "\n\n");
    } else if (block.is_string()) {
      message.text += block.as_string();
    } else {
      append(message.text, text_of(block, "text"), message.from == From::environment ? "\n" : "");
    }
  }
}

/// Commands beside the text (mini-swe-agent): texts, or objects with `command`.
bool add_actions(const Json& item, Message& message) {
  const Json* extra = item.find("extra");
  for (const Json* list : {item.find("actions"), extra == nullptr ? nullptr : extra->find("actions")}) {
    if (list == nullptr || !list->is_array()) { continue; }
    for (const Json& action : list->as_array()) {
      message.commands.push_back(action.is_string() ? action.as_string() : text_of(action, "command"));
    }
    return true;
  }
  return false;
}

void add_calls(const Json& item, Message& message) {
  if (add_actions(item, message)) {
    message.listed = true;
    return;
  }
  Json held;
  const Json* calls = item.find("tool_calls");
  if (calls != nullptr && opened(*calls, held).is_array()) {
    for (const Json& call : opened(*calls, held).as_array()) { message.calls.push_back(call_of(call)); }
  }
  if (const Json* call = item.find("function_call"); call != nullptr && call->is_object()) {
    message.calls.push_back(call_of(*call));
  }
  message.listed |= !message.calls.empty();
}

/// ShareGPT's {"from": "function_call", "value": "{\"name\": …}"}.
void add_call_in_text(Message& message) {
  try {
    message.calls.push_back(call_of(Json::parse(message.text, "value")));
  } catch (const BadInput&) { message.calls.push_back({"", Json::object(), true}); }
  message.listed = message.continues = true;
  message.text.clear();
}

}  // namespace

std::vector<Message> messages_of_chat(const Json::Array& items) {
  std::vector<Message> messages;
  for (const Json& item : items) {
    if (!item.is_object()) { continue; }
    const std::string role = role_of(item);
    const auto known =
        std::find_if(roles.begin(), roles.end(), [&](const Role& r) { return r.word == role; });
    Message message;
    message.from = known == roles.end() ? From::other : known->from;
    for (const char* key : {"content", "value", "text"}) {
      const Json* content = item.find(key);
      if (content == nullptr || content->is_null()) { continue; }
      Json held;
      const Json& blocks = opened(*content, held);
      if (has_blocks(blocks)) {
        add_blocks(blocks.as_array(), message);
      } else {
        message.text = content_text(*content);
      }
      break;
    }
    for (const char* key : {"reasoning_content", "reasoning", "thinking", "thought"}) {
      const std::string thought = text_of(item, key);
      if (message.from != From::agent || thought.empty()) { continue; }
      // Some logs keep the thought of a message also as its content.
      if (thought != message.text) { append(message.thought, thought, "\n\n"); }
      break;
    }
    if (message.from == From::agent) {
      add_calls(item, message);
      if (role == "function_call" || role == "tool_call") { add_call_in_text(message); }
    }
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace srl::data_prep
