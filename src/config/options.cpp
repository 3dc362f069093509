#include "config/options.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/version.hpp"
#include "config/ini.hpp"
#include "config/read/command_line.hpp"
#include "config/read/entry.hpp"
#include "config/read/help.hpp"
#include "config/read/preset.hpp"
#include "config/read/reader.hpp"
#include "config/read/suggest.hpp"

namespace srl::config {
namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool asks_for_help(const std::vector<std::string>& words) {
  return contains(words, "--help") || contains(words, "-h") || contains(words, "--help=all");
}

/// --help all: every option, not only those most used.
bool asks_for_all(const std::vector<std::string>& words) {
  if (contains(words, "--help=all")) { return true; }
  for (const char* help : {"--help", "-h"}) {
    const auto found = std::find(words.begin(), words.end(), help);
    if (found != words.end() && found + 1 != words.end() && found[1] == "all") { return true; }
  }
  return false;
}

bool is_subcommand(const JobText& text, const std::string& word) {
  return std::any_of(text.subcommands.begin(), text.subcommands.end(),
                     [&](const auto& sub) { return sub.first == word; });
}

/// Removes the subcommand from the front of `words` and returns it.
std::string take_subcommand(std::vector<std::string>& words, const JobText& text) {
  if (text.subcommands.empty()) { return ""; }
  std::vector<std::string> names;
  for (const auto& [word, meaning] : text.subcommands) { names.push_back(word); }
  const std::string first = words.empty() || is_option_word(words.front()) ? "" : words.front();
  if (is_subcommand(text, first)) {
    words.erase(words.begin());
    return first;
  }
  if (first.empty() && text.subcommand_optional) { return ""; }
  if (first.empty()) { throw BadOption(cat(text.name, " needs a subcommand first: ", join(names, ", "))); }
  throw BadOption(cat("'", first, "' is not a subcommand of ", text.name, "; did you mean ",
                      nearest_name(first, names).name, "? Subcommands: ", join(names, ", ")));
}

}  // namespace

bool asks_for_text(const std::vector<std::string>& arguments) {
  return asks_for_help(arguments) || contains(arguments, "--version");
}

Parsed parse(const std::vector<std::string>& arguments, const JobText& text, const Visit& visit) {
  if (arguments.empty() && !text.needs.empty()) { throw BadOption(cat(text.name, " needs ", text.needs)); }
  std::vector<std::string> words = arguments;
  Parsed parsed;
  if (contains(words, "--version")) {
    return {Parsed::Action::version, "",
            cat(text.name, " ", code_version(), " (", compiler_version(), ")\n")};
  }
  const bool help = asks_for_help(words);
  if (!help) {
    parsed.subcommand = take_subcommand(words, text);
  } else if (!words.empty() && is_subcommand(text, words.front())) {
    parsed.subcommand = words.front();
  }
  std::vector<Entry> entries = entries_of(parsed.subcommand, visit);
  add_preset_option(entries, text);
  if (help) {
    return {Parsed::Action::help, parsed.subcommand,
            help_text(text, parsed.subcommand, entries, asks_for_all(words))};
  }

  Reader reader(text, entries);
  reader.read_command_line(words);
  if (const std::optional<std::string> preset = reader.given("preset"); preset && text.presets) {
    reader.apply_preset(*preset);
  }
  if (const std::optional<std::string> file = reader.given("config")) { reader.apply_file(*file); }
  reader.apply_command_line();
  reader.throw_complaints(parsed.subcommand);
  return parsed;
}

void set_options(const std::vector<IniLine>& lines, const std::string& file, const JobText& text,
                 const Visit& visit) {
  std::vector<Entry> entries = entries_of("", visit);
  Reader reader(text, entries);
  reader.apply_lines(lines, file, false);
  reader.throw_complaints("");
}

std::string to_ini(const std::string& subcommand, const Visit& visit) {
  std::string sectionless, sections, section;
  for (const Entry& entry : entries_of(subcommand, visit)) {
    if (entry.full_name() == "config") {
      continue;  // the options of that file are already in the resolved values
    }
    const std::string line = cat(entry.name, " = ", entry.ini(), "\n");
    if (entry.section.empty()) {
      sectionless += line;
      continue;
    }
    if (entry.section != section) { sections += cat("\n[", entry.section, "]\n"); }
    section = entry.section;
    sections += line;
  }
  return cat("# Resolved options", subcommand.empty() ? "" : cat(" of subcommand ", subcommand), "\n",
             sectionless, sections);
}

Json to_json(const std::string& subcommand, const Visit& visit) {
  Json object = Json::object();
  for (const Entry& entry : entries_of(subcommand, visit)) { object[entry.full_name()] = entry.json(); }
  return object;
}

}  // namespace srl::config
