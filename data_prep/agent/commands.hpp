#pragma once
// The commands of an agent: those written in a text, and calls of tools
// (docs/method.md, "Steps of a software agent").
#include <string>
#include <string_view>
#include <vector>

#include "data_prep/agent/messages.hpp"

namespace srl::data_prep {

/// The text of an agent, split into thought and commands.
struct Commands {
  std::string thought;                ///< the text without its commands, stripped
  std::vector<std::string> commands;  ///< as the environment gets them
  bool malformed = false;             ///< a command mark is not closed, or is closed without being opened
  bool thinks = false;                ///< a tool for thinking was called: its words are in `thought`
};

/// The commands in a text, in the first of these forms that occurs: `<tool_call>` with JSON or a function in
/// it, `<function=bash><parameter=command>…`, `<invoke name="bash">`, `<execute_bash>`, `[TOOL_CALLS]`,
/// "Action:" with "Action Input:", and fences ```bash, ```sh or ```mswea_bash_command. With `plain_fences`
/// the last fence of any language is the command. A malformed text has no commands.
Commands commands_in_text(const std::string& text, bool plain_fences = false);

/// Adds a call: the command of a shell, the text of a tool for thinking to the thought, and any other call as
/// `<function=NAME>…</function>`. `finish` goes without its message, which is a thought. `written`: the
/// call as the text has it, if the text has it.
void add_call(const Call& call, Commands& to, std::string_view written = {});

// The forms that look at more than one line of a text (textual_calls.cpp, function_calls.cpp).

/// Each takes its calls out of the text and returns true, or returns false when the text has none.
bool take_tool_call_tags(std::string_view text, Commands& result);
bool take_functions(std::string_view text, Commands& result);
bool take_invocations(std::string_view text, Commands& result);
bool take_execute_tags(std::string_view text, Commands& result);
bool take_call_list(std::string_view text, Commands& result);
bool take_action_lines(std::string_view text, Commands& result);

}  // namespace srl::data_prep
