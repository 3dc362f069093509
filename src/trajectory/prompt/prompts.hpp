#pragma once
// The built-in system prompts and the user message of an instance
// (docs/method.md, "Instances, prompts and targets").
#include <string>

#include "trajectory/instance.hpp"

namespace srl::trajectory {

std::string default_system_prompt(bool agent, const InstanceOptions& options);
/// Throws BadOption if the file cannot be read or is empty.
std::string read_system_prompt(const std::string& file);
/// "Question: …", then "Solution: <steps so far>" if k > 0, then the next step's title if hint = title.
std::string mathematics_message(const Solution& solution, std::int64_t k, const InstanceOptions& options);
/// The issue and the last `history` (action, observation) pairs before step k.
std::string agent_message(const Solution& solution, std::int64_t k, const InstanceOptions& options);
/// At most `limit` characters: the middle is replaced by a marker that says how many were cut.
std::string cut_in_the_middle(const std::string& text, std::int64_t limit);

}  // namespace srl::trajectory
