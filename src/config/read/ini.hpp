#pragma once
// The INI dialect of configuration files: `[section]` and `name = value` lines. # or ; starts a comment at
// the start of a line or after a space. "Double quotes" keep spaces and comment signs (escapes: \" \\ \n \t
// \r). Used only inside this room.
#include <string>
#include <string_view>
#include <vector>

namespace srl::config {

struct IniLine {
  int line = 0;                    ///< 1-based
  std::string name;                ///< "sampling.top_p"
  std::string whole;               ///< the value as one text
  std::vector<std::string> words;  ///< the value as a list
};

struct Ini {
  std::vector<IniLine> lines;
  std::vector<std::string> errors;  ///< "line 3: ...", one per line that could not be read
};

Ini read_ini(std::string_view text);
/// The value, with quotes if it needs them. With `in_list`, a value with spaces needs them too.
std::string quote_ini(std::string_view value, bool in_list);

}  // namespace srl::config
