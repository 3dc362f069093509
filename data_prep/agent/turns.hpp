#pragma once
// Converts trajectories of software agents to steps of thought, command and observation
// (docs/method.md, "Steps of a software agent").
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/agent/commands.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

/// How a data set writes the runs of agents.
struct AgentStyle {
  std::vector<std::string> observation_prefixes;  ///< removed from the start of an observation
  bool plain_fences = false;                      ///< the last fence of any language is the command
};

struct Turns {
  std::vector<trajectory::Step> steps;
  std::int64_t without_command = 0, malformed = 0;  ///< turns left out, with their observations
};

/// `turns` is a list in any format of messages.hpp. The commands of an agent's message are those listed
/// beside its text, else those in it. The messages of the environment or the user before the agent's next
/// message are the observation. Several commands in one turn are one step, joined by newlines. A turn without
/// a command gives no step. What a tool for thinking was told is the thought of the next step.
Turns agent_turns(const Json& turns, const AgentStyle& style);

}  // namespace srl::data_prep
