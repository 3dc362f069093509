#include "data_prep/split/agent_turns.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

using trajectory::Step;

std::string stripped(std::string_view text) {
  return std::string(python_strip(text));
}

std::string text_of(const Json& object, const char* key) {
  const Json* value = object.find(key);
  return value == nullptr ? "" : content_text(*value);
}

constexpr std::string_view function_open = "<function=", function_close = "</function>";

/// The command of a bash call; any other call as written. `call` is "<function=…>…</function>".
std::string command_of_call(std::string_view call) {
  constexpr std::string_view open = "<parameter=command>", close = "</parameter>";
  const std::size_t begin = call.find(open), end = call.find(close, begin);
  const bool bash = call.starts_with("<function=bash>") || call.starts_with("<function=execute_bash>");
  if (!bash || begin == std::string_view::npos || end == std::string_view::npos) { return stripped(call); }
  return stripped(call.substr(begin + open.size(), end - begin - open.size()));
}

/// Splits a text into its function calls, which become commands, and the rest, which is the thought.
void take_calls(std::string_view text, Commands& result) {
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find(function_open, at), stray = text.find(function_close, at);
    result.malformed |= stray < begin;
    if (begin == std::string_view::npos) { break; }
    const std::size_t end = text.find(function_close, begin), next = text.find(function_open, begin + 1);
    if (end == std::string_view::npos || next < end) {
      result.malformed = true;
      break;
    }
    result.thought += text.substr(at, begin - at);
    result.commands.push_back(command_of_call(text.substr(begin, end + function_close.size() - begin)));
    at = end + function_close.size();
  }
  result.thought += text.substr(std::min(at, text.size()));
}

bool opens_shell(std::string_view line) {
  static constexpr std::array<std::string_view, 5> marks{"```bash", "```sh", "```shell",
                                                         "```mswea_bash_command", "```zsh"};
  return std::find(marks.begin(), marks.end(), python_strip(line)) != marks.end();
}

/// Shell fences are commands; other fences stay in the thought.
void take_fences(std::string_view text, Commands& result) {
  std::string command;
  bool inside = false, other = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (inside && python_strip(line) == "```") {
      result.commands.push_back(stripped(command));
      inside = false;
    } else if (inside) {
      command.append(line) += '\n';
    } else if (!other && opens_shell(line)) {
      inside = true;
      command.clear();
    } else {
      if (python_strip(line).starts_with("```")) { other = !other; }
      result.thought.append(line) += '\n';
    }
    begin = end + 1;
  }
  result.malformed |= inside;
}

/// The command of {"name": …, "arguments": {…} or JSON text}, written as a function call in text. Empty when
/// it is malformed.
std::string tool_call_text(const Json& call) {
  const Json* function = call.find("function");
  const Json& inner = function != nullptr && function->is_object() ? *function : call;
  const std::string name = text_of(inner, "name");
  const Json* given = inner.find("arguments");
  Json arguments = given == nullptr ? Json::object() : *given;
  if (arguments.is_string()) {
    try {
      arguments = Json::parse(arguments.as_string(), "arguments");
    } catch (const BadInput&) { return ""; }
  }
  if (name.empty() || !arguments.is_object()) { return ""; }
  std::string text = cat(function_open, name, ">\n");
  for (const auto& [key, value] : arguments.as_object()) {
    text +=
        cat("<parameter=", key, ">", value.is_string() ? value.as_string() : value.dump(), "</parameter>\n");
  }
  return command_of_call(text + std::string(function_close));
}

/// Reads the commands listed beside the text: texts, or objects with `command`. False when there is no list.
bool listed_commands(const Json& message, Commands& result) {
  const Json* extra = message.find("extra");
  for (const Json* list : {message.find("actions"), extra == nullptr ? nullptr : extra->find("actions")}) {
    if (list == nullptr || !list->is_array()) { continue; }
    for (const Json& action : list->as_array()) {
      const std::string command =
          stripped(action.is_string() ? action.as_string() : text_of(action, "command"));
      if (!command.empty()) { result.commands.push_back(command); }
    }
    return true;
  }
  const Json* calls = message.find("tool_calls");
  if (calls == nullptr || !calls->is_array() || calls->as_array().empty()) { return false; }
  for (const Json& call : calls->as_array()) {
    const std::string command = tool_call_text(call);
    if (command.empty()) {
      result.malformed = true;
    } else {
      result.commands.push_back(command);
    }
  }
  return true;
}

Commands commands_of_message(const Json& message) {
  const std::string text = text_of(message, "content");
  Commands listed;
  if (!listed_commands(message, listed)) { return commands_in_text(text); }
  // With listed commands, the whole text is the thought, except a fence that repeats these commands.
  const Commands inside = commands_in_text(text);
  listed.thought = inside.commands == listed.commands ? inside.thought : stripped(text);
  if (listed.malformed) { listed.commands.clear(); }
  return listed;
}

std::string observation_of(std::string text, const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes) {
    if (text.starts_with(prefix)) { text.erase(0, prefix.size()); }
  }
  return text;
}

/// Adds a step and returns true, or counts why the turn has none and returns false.
bool add_turn(Turns& result, const Commands& taken) {
  std::vector<std::string> commands;
  for (const std::string& command : taken.commands) {
    if (!command.empty()) { commands.push_back(command); }
  }
  if (taken.malformed || commands.empty()) {
    ++(taken.malformed ? result.malformed : result.without_command);
    return false;
  }
  Step step;
  if (!taken.thought.empty()) { step.thought = taken.thought; }
  step.action = join(commands, "\n");
  result.steps.push_back(std::move(step));
  return true;
}

bool is_demonstration(const Json& message) {
  const Json* mark = message.find("is_demo");
  return mark != nullptr && *mark == Json(true);
}

}  // namespace

Commands commands_in_text(const std::string& text) {
  Commands result;
  const bool calls =
      text.find(function_open) != std::string::npos || text.find(function_close) != std::string::npos;
  if (calls) {
    take_calls(text, result);
  } else {
    take_fences(text, result);
  }
  result.thought = stripped(result.thought);
  if (result.malformed) { result.commands.clear(); }
  return result;
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

std::string first_user_message(const Json& messages) {
  if (!messages.is_array()) { return ""; }
  for (const Json& message : messages.as_array()) {
    if (text_of(message, "role") == "user" && !is_demonstration(message)) {
      return text_of(message, "content");
    }
  }
  return "";
}

Turns agent_turns(const Json& turns, const std::vector<std::string>& observation_prefixes) {
  Turns result;
  bool open = false;  // the last assistant message became a step, so the replies are its observation
  for (const Json& item : turns.as_array()) {
    if (!item.is_object() || is_demonstration(item)) { continue; }
    const std::string role = text_of(item, "role");
    if (role.empty()) {
      Commands taken;
      taken.thought = stripped(text_of(item, "thought"));
      taken.commands = {stripped(text_of(item, "action"))};
      if (!add_turn(result, taken)) { continue; }
      result.steps.back().observation = observation_of(text_of(item, "observation"), observation_prefixes);
    } else if (role == "assistant") {
      open = add_turn(result, commands_of_message(item));
    } else if (open && (role == "tool" || role == "user")) {
      std::optional<std::string>& observation = result.steps.back().observation;
      const std::string text = observation_of(text_of(item, "content"), observation_prefixes);
      observation = observation ? *observation + "\n" + text : text;
    }
  }
  return result;
}

}  // namespace srl::data_prep
