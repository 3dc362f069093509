#pragma once
// The INI dialect of configuration files: `[section]` and `name = value` lines. # or ; starts a comment at
// the start of a line or after a space. "Double quotes" keep spaces and comment signs (escapes: \" \\ \n \t
// \r).
#include <string>
#include <string_view>
#include <vector>

#include "config/options.hpp"

namespace srl::config {

struct IniLine {
  int line = 0;                    ///< 1-based
  std::string section, key;        ///< "sampling", "top_p"
  std::string name;                ///< "sampling.top_p"
  std::string whole;               ///< the value as one text
  std::vector<std::string> words;  ///< the value as a list
};

struct IniSection {
  int line = 0;
  std::string name;
};

struct Ini {
  std::vector<IniLine> lines;
  std::vector<IniSection> sections;  ///< in the order of the file, also those without lines
  std::vector<std::string> errors;   ///< "line 3: ...", one per line that could not be read
};

Ini read_ini(std::string_view text);
/// The value, with quotes if it needs them. With `in_list`, a value with spaces needs them too.
std::string quote_ini(std::string_view value, bool in_list);

/// Sets options from lines of `file`, on top of their values; `name` of a line is the option. Only visited
/// options are allowed, unlike in the file of --config. Throws one BadOption that lists every wrong line.
void set_options(const std::vector<IniLine>& lines, const std::string& file, const JobText& text,
                 const Visit& visit);

}  // namespace srl::config
