#pragma once
// Trajectories of software agents → steps (docs/method.md, "Steps of a software agent"): thought, command,
// observation.
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/split/preset.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

/// An agent's text taken apart.
struct Commands {
  std::string thought;                ///< the text without its commands, stripped
  std::vector<std::string> commands;  ///< as the environment gets them
  bool malformed = false;  ///< a mark of a command that is not closed, or closed without being open
};

/// `<function=bash><parameter=command>…</parameter></function>` gives the command inside; a call of another
/// function is a command as it is written. Without function calls: fences ```bash, ```sh or
/// ```mswea_bash_command. A malformed text has no commands.
Commands commands_in_text(const std::string& text);

struct Turns {
  std::vector<trajectory::Step> steps;
  std::int64_t without_command = 0, malformed = 0;  ///< turns left out, with what came back to them
};

/// Either objects with thought, action and observation (SWE-agent), or chat messages. In a chat the commands
/// of an assistant's message are, in this order of preference, its `actions`, `extra.actions` or
/// `tool_calls`, else those in its text; the messages of tool and user up to the next assistant's are the
/// observation. Several commands of a turn are one step, joined by line ends. A turn without a command is no
/// step. Messages marked `is_demo` are skipped.
Turns agent_turns(const Json& turns, const std::vector<std::string>& observation_prefixes);

/// Text of a content: a text, or the texts of a list of {"type": "text", "text": …}.
std::string content_text(const Json& content);
/// The text of the first user message of a chat; empty when there is none.
std::string first_user_message(const Json& messages);

}  // namespace srl::data_prep
