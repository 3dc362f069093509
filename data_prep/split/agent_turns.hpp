#pragma once
// Converts trajectories of software agents to steps of thought, command and observation
// (docs/method.md, "Steps of a software agent").
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/split/preset.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

/// The text of an agent, split into thought and commands.
struct Commands {
  std::string thought;                ///< the text without its commands, stripped
  std::vector<std::string> commands;  ///< as the environment gets them
  bool malformed = false;             ///< a command mark is not closed, or is closed without being opened
};

/// `<function=bash><parameter=command>…</parameter></function>` gives the command inside; a call of another
/// function is kept as written. Without function calls: fences ```bash, ```sh or
/// ```mswea_bash_command. A malformed text has no commands.
Commands commands_in_text(const std::string& text);

struct Turns {
  std::vector<trajectory::Step> steps;
  std::int64_t without_command = 0, malformed = 0;  ///< turns left out, with their observations
};

/// `turns` are objects with thought, action and observation (SWE-agent), or chat messages. The commands of an
/// assistant message in a chat are the first of these that exists: its `actions`, its `extra.actions`, its
/// `tool_calls`, those in its text. The tool and user messages before the next assistant message are the
/// observation. Several commands in one turn are one step, joined by newlines. A turn without a command gives
/// no step. Messages marked `is_demo` are skipped.
Turns agent_turns(const Json& turns, const std::vector<std::string>& observation_prefixes);

/// The text of a message content: a text itself, or the texts of a list of {"type": "text", "text": …}.
std::string content_text(const Json& content);
/// The text of the first user message of a chat; empty when there is none.
std::string first_user_message(const Json& messages);

}  // namespace srl::data_prep
