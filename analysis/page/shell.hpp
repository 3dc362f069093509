#pragma once
// Commands as one would type them.
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::analysis {

/// Program and arguments, with quotes where a shell needs them.
std::string command_of(const std::string& program, const std::vector<std::string>& arguments);
/// The command in a provenance.json, with its folder and number of ranks; empty when it holds none.
std::string command_of(const Json& provenance);

}  // namespace srl::analysis
