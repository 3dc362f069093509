#pragma once
// One entry per option, made from the visit list: how to set the option from text, print it and describe it.
// Used only inside this room.
#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "config/options.hpp"

namespace srl::config {

enum class Kind { flag, value, list };

struct Entry {
  std::string section, name;
  Kind kind = Kind::value;
  std::string placeholder;  ///< "NUMBER", "on|off", "step|whole|prefix"
  std::string help;
  std::string limits;                    ///< "at least 0", or empty
  bool required = false, often = false;  ///< on the first page of --help
  bool only_on_command_line = false;
  std::string default_text;  ///< the value when the entry was made
  /// Sets the option from the given values (exactly one unless the option is a list). Returns an error
  /// message, or "" on success.
  std::function<std::string(const std::vector<std::string>&)> assign;
  std::function<std::string()> ini;  ///< the value as written in an INI file
  std::function<Json()> json;

  /// Whether two texts of the option mean the same, as 1 and on do.
  bool same(const std::vector<std::string>& one, const std::vector<std::string>& other) const;
  std::string full_name() const { return section.empty() ? name : section + "." + name; }
};

/// In the order of the visit. Throws Bug when a name occurs twice.
std::vector<Entry> entries_of(const std::string& subcommand, const Visit& visit);

}  // namespace srl::config
