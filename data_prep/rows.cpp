#include "data_prep/rows.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::vector<RowText> split_lines(std::string_view content) {
  std::vector<RowText> rows;
  std::int64_t line = 1;
  for (std::size_t begin = 0; begin < content.size(); ++line) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view text = content.substr(begin, end - begin);
    if (text.find_first_not_of(blanks) != std::string_view::npos) rows.push_back({line, begin, text});
    begin = end + 1;
  }
  return rows;
}

/// End of the array element that begins at `begin`: the comma or bracket that closes it, outside strings and nested brackets.
std::size_t element_end(std::string_view content, std::size_t begin) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = begin; i < content.size(); ++i) {
    const char c = content[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == ']')) {
      return i;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return std::string_view::npos;
}

std::vector<RowText> split_array(std::string_view content, std::size_t open, const std::string& file) {
  std::vector<RowText> rows;
  std::int64_t line = 1 + std::count(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(open), '\n');
  std::size_t counted = open;
  for (std::size_t at = open + 1;;) {
    const std::size_t begin = content.find_first_not_of(blanks, at);
    if (begin == std::string_view::npos) throw BadInput(cat(file, " byte ", at, ": the JSON array does not end"));
    if (content[begin] == ']' && rows.empty()) return rows;
    const std::size_t end = element_end(content, begin);
    if (end == std::string_view::npos) throw BadInput(cat(file, " byte ", begin, ": the JSON array does not end (truncated?)"));
    line += std::count(content.begin() + static_cast<std::ptrdiff_t>(counted), content.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    counted = begin;
    rows.push_back({line, begin, content.substr(begin, end - begin)});
    if (content[end] == ']') return rows;
    at = end + 1;
  }
}

}  // namespace

std::vector<RowText> split_rows(std::string_view content, const std::string& file) {
  const std::size_t first = content.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  if (file.ends_with(".traj")) return {{1, first, content.substr(first)}};   // SWE-agent: the file is one record
  return content[first] == '[' ? split_array(content, first, file) : split_lines(content);
}

}  // namespace srl::data_prep
