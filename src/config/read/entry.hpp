#pragma once
// One entry an option, made by walking a visit list: how to set it from words, print it and describe it.
// Inside this room only.
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
  std::string limits;        ///< "at least 0", or empty
  std::string default_text;  ///< value when the entry was made
  /// Sets the option from the words given (exactly one unless a list). Returns what is wrong with them, or
  /// nothing.
  std::function<std::string(const std::vector<std::string>&)> assign;
  std::function<std::string()> ini;  ///< value as it stands in a file
  std::function<Json()> json;

  std::string full_name() const { return section.empty() ? name : section + "." + name; }
};

/// In the order of the visit. Throws Bug when a name occurs twice.
std::vector<Entry> entries_of(const std::string& subcommand, const Visit& visit);

}  // namespace srl::config
