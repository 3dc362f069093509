#pragma once
// The words of a command line, sorted by Boost.Program_options against a description made from the visit
// list. Inside this room only.
#include <string>
#include <vector>

#include "config/read/entry.hpp"

namespace srl::config {

struct Argument {
  std::string name;       ///< of an option, as written; empty = words that belong to none
  bool known = true;      ///< an entry has this name
  bool attached = false;  ///< --name=value
  std::vector<std::string>
      words;  ///< at most one unless the entry is a list; what follows an unknown name is taken for its value
};

/// In the order of the command line, nothing left out and nothing judged: a value may be missing, which is
/// not said here, so that every complaint can be made at once.
std::vector<Argument> sort_words(const std::vector<std::string>& words, const std::vector<Entry>& entries);

bool is_option_word(const std::string& word);  ///< "--name" or "--name=value"

}  // namespace srl::config
