#pragma once
// The text of --help. Used only inside this room.
#include <string>
#include <vector>

#include "config/read/entry.hpp"

namespace srl::config {

/// Purpose, usage, subcommands, and every option by section with placeholder, meaning, limits and default.
std::string help_text(const JobText& text, const std::string& subcommand, const std::vector<Entry>& entries);

}  // namespace srl::config
