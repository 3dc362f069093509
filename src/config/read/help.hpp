#pragma once
// The text of --help. Used only inside this room.
#include <string>
#include <vector>

#include "config/read/entry.hpp"

namespace srl::config {

/// The first page: purpose, usage, examples, what is required, the options most used, presets by name. `all`:
/// every option by section instead, with placeholder, meaning, limits and default. A job without marked
/// options has only the second form.
std::string help_text(const JobText& text, const std::string& subcommand, const std::vector<Entry>& entries,
                      bool all);

}  // namespace srl::config
