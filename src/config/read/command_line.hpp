#pragma once
// Splits a command line into options and their values, with Boost.Program_options and a description made from
// the visit list. Used only inside this room.
#include <string>
#include <vector>

#include "config/read/entry.hpp"

namespace srl::config {

struct Argument {
  std::string name;       ///< of an option, as written; empty = arguments that do not belong to an option
  bool known = true;      ///< an entry has this name
  bool attached = false;  ///< --name=value
  std::vector<std::string>
      words;  ///< at most one unless the entry is a list; an unknown name takes all that follow as its values
};

/// Returns all arguments in the order of the command line. It reports no errors, not even a missing value, so
/// that the caller can report all errors together.
std::vector<Argument> sort_words(const std::vector<std::string>& words, const std::vector<Entry>& entries);

bool is_option_word(const std::string& word);  ///< "--name" or "--name=value"

}  // namespace srl::config
