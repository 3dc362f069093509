// Calls of tools written as JSON in a text: `<tool_call>` (Hermes, Qwen), `[TOOL_CALLS]` (Mistral), and lines
// "Action:" and "Action Input:" (ReAct).
#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/agent/commands.hpp"

namespace srl::data_prep {
namespace {

constexpr auto nowhere = std::string_view::npos;
constexpr std::string_view tag_open = "<tool_call>", tag_close = "</tool_call>";

void add_json_calls(std::string_view text, Commands& result) {
  try {
    const Json json = Json::parse(python_strip(text), "call");
    if (json.is_array()) {
      for (const Json& call : json.as_array()) { add_call(call_of(call), result); }
    } else {
      add_call(call_of(json), result);
    }
  } catch (const BadInput&) { result.malformed = true; }
}

/// The content of one tag: a function in XML, or JSON values, one per line when they are several.
void add_tagged(std::string_view text, Commands& result) {
  if (text.find("<function=") != nowhere) {
    Commands inner;
    take_functions(text, inner);
    append(result.thought, inner.thought, "\n\n");
    result.commands.insert(result.commands.end(), inner.commands.begin(), inner.commands.end());
    result.malformed |= inner.malformed;
    result.thinks |= inner.thinks;
    return;
  }
  text = python_strip(text);
  const std::size_t next = text.find("}\n{");
  if (next == nowhere) { return add_json_calls(text, result); }
  add_json_calls(text.substr(0, next + 1), result);
  add_tagged(text.substr(next + 2), result);
}

}  // namespace

bool take_tool_call_tags(std::string_view text, Commands& result) {
  if (text.find(tag_open) == nowhere && text.find(tag_close) == nowhere) { return false; }
  std::string words;
  Commands calls;
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find(tag_open, at), stray = text.find(tag_close, at);
    result.malformed |= stray < begin;
    if (begin == nowhere) { break; }
    const std::size_t from = begin + tag_open.size(), end = text.find(tag_close, from);
    if (end == nowhere || text.find(tag_open, from) < end) {
      result.malformed = true;
      break;
    }
    words += text.substr(at, begin - at);
    add_tagged(text.substr(from, end - from), calls);
    at = end + tag_close.size();
  }
  words += text.substr(std::min(at, text.size()));
  result.thought = std::string(python_strip(std::string_view(words)));
  append(result.thought, calls.thought, "\n\n");
  result.commands = std::move(calls.commands);
  result.malformed |= calls.malformed;
  result.thinks = calls.thinks;
  return true;
}

bool take_call_list(std::string_view text, Commands& result) {
  constexpr std::string_view mark = "[TOOL_CALLS]";
  const std::size_t at = text.find(mark);
  if (at == nowhere) { return false; }
  std::string_view list = python_strip(text.substr(at + mark.size()));
  if (list.ends_with("</s>")) { list = python_strip(list.substr(0, list.size() - 4)); }
  Commands calls;
  add_json_calls(list, calls);
  result.thought = std::string(python_strip(text.substr(0, at)));
  append(result.thought, calls.thought, "\n\n");
  result.commands = std::move(calls.commands);
  result.malformed = calls.malformed;
  result.thinks = calls.thinks;
  return true;
}

bool take_action_lines(std::string_view text, Commands& result) {
  constexpr std::string_view action = "\nAction:", input = "\nAction Input:";
  const std::string held = cat("\n", text);
  const std::string_view all = held;
  const std::size_t at = all.find(action), given = all.find(input);
  if (at == nowhere || given == nowhere || given < at) { return false; }
  Call call;
  call.name = std::string(python_strip(all.substr(at + action.size(), given - at - action.size())));
  std::string_view arguments = python_strip(all.substr(given + input.size()));
  const std::size_t reply = arguments.find("\nObservation:");
  if (reply != nowhere) { arguments = python_strip(arguments.substr(0, reply)); }
  try {
    Json json = Json::parse(arguments, "Action Input");
    if (!json.is_object()) { throw BadInput("not an object"); }
    call.arguments = std::move(json);
  } catch (const BadInput&) {  // a text is the tool's only argument
    call.arguments = Json::object();
    call.arguments["command"] = arguments;
  }
  call.malformed = call.name.empty();
  Commands calls;
  add_call(call, calls);
  std::string_view before = python_strip(all.substr(0, at));
  if (before.starts_with("Thought:")) { before = python_strip(before.substr(8)); }
  result.thought = std::string(before);
  append(result.thought, calls.thought, "\n\n");
  result.commands = std::move(calls.commands);
  result.malformed = calls.malformed;
  result.thinks = calls.thinks;
  return true;
}

}  // namespace srl::data_prep
