#include "config/ini.hpp"

#include "base/strings.hpp"

namespace srl::config {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) { text.remove_prefix(1); }
  while (!text.empty() && is_blank(text.back())) { text.remove_suffix(1); }
  return text;
}

/// Removes a comment outside quotes. A quote opens only at the start of a word, so 5" and it's are unchanged.
std::string_view without_comment(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool word_start = i == 0 || is_blank(text[i - 1]);
    if (quoted) {
      if (text[i] == '\\') {
        ++i;
      } else if (text[i] == '"') {
        quoted = false;
      }
    } else if (word_start && text[i] == '"') {
      quoted = true;
    } else if (word_start && (text[i] == '#' || text[i] == ';')) {
      return text.substr(0, i);
    }
  }
  return text;
}

/// Removes the quoted text at the front of `text` and appends it to `out`. False if the quotes are not
/// closed.
bool take_quoted(std::string_view& text, std::string& out) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char escaped = text[++i];
    out += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
  }
  return false;
}

/// Splits a value into words. False if quotes are not closed.
bool take_words(std::string_view text, std::vector<std::string>& words) {
  for (text = trim(text); !text.empty(); text = trim(text)) {
    std::string word;
    if (text.front() == '"') {
      if (!take_quoted(text, word)) { return false; }
    } else {
      std::size_t length = 0;
      while (length < text.size() && !is_blank(text[length])) { ++length; }
      word = text.substr(0, length);
      text.remove_prefix(length);
    }
    words.push_back(std::move(word));
  }
  return true;
}

}  // namespace

Ini read_ini(std::string_view text) {
  Ini ini;
  std::string section;
  int number = 0;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    text.remove_prefix(3);  // UTF-8 byte-order mark, which some editors write
  }
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(without_comment(trim(raw)));
    const auto error = [&](std::string_view what) { ini.errors.push_back(cat("line ", number, ": ", what)); };
    if (line.empty()) { continue; }
    if (line.front() == '[') {
      if (line.back() != ']') {
        error("the section has no closing ]");
        continue;
      }
      section = trim(line.substr(1, line.size() - 2));
      ini.sections.push_back({number, section});
      continue;
    }
    const std::size_t equals = line.find('=');
    const std::string_view name = trim(line.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
      error(cat("'", line, "' is neither [section] nor name = value"));
      continue;
    }
    IniLine entry{number, section, std::string(name), {}, {}, {}};
    entry.name = section.empty() ? entry.key : cat(section, ".", name);
    const std::string_view value = trim(line.substr(equals + 1));
    if (!take_words(value, entry.words)) {
      error("the closing quote is missing");
      continue;
    }
    entry.whole = entry.words.size() == 1 ? entry.words[0] : std::string(value);
    ini.lines.push_back(std::move(entry));
  }
  return ini;
}

std::string quote_ini(std::string_view value, bool in_list) {
  const bool edge =
      !value.empty() && (is_blank(value.front()) || is_blank(value.back()) || value.front() == '"');
  const bool special = value.find_first_of("#;\n\r\"\t\\") != std::string_view::npos;
  const bool blank = value.find(' ') != std::string_view::npos;
  if (!edge && !special && !(in_list && (blank || value.empty()))) { return std::string(value); }
  std::string quoted = "\"";
  for (const char c : value) {
    switch (c) {
      case '"': quoted += "\\\""; break;
      case '\\': quoted += "\\\\"; break;
      case '\n': quoted += "\\n"; break;
      case '\t': quoted += "\\t"; break;
      case '\r': quoted += "\\r"; break;
      default: quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace srl::config
