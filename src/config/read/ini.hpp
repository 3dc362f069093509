#pragma once
// The INI dialect of configuration files: `[section]`, `name = value`, # or ; starts a comment at the start
// of a line or after a blank, "double quotes" keep spaces and comment signs (escapes: \" \\ \n \t). Inside
// this room only.
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
  std::vector<std::string> errors;  ///< "line 3: ..." of what could not be read
};

Ini read_ini(std::string_view text);
/// The value with quotes where they are needed; `in_list`: blanks inside need them too.
std::string quote_ini(std::string_view value, bool in_list);

}  // namespace srl::config
