#include "config/read/help.hpp"

#include <algorithm>

#include "base/strings.hpp"

namespace srl::config {
namespace {

constexpr std::size_t page_width = 110, help_column = 40;

/// `text` wrapped at spaces to the page width. All lines but the first are indented to the help column.
std::string wrapped(const std::string& text) {
  std::string out;
  std::size_t column = help_column;
  for (const std::string& word : split(text, ' ')) {
    if (column > help_column && column + 1 + word.size() > page_width) {
      out += "\n" + std::string(help_column, ' ');
      column = help_column;
    }
    if (column > help_column) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string line(const std::string& left, const std::string& right) {
  const std::string start = "  " + left;
  const std::string gap = start.size() + 2 > help_column ? "\n" + std::string(help_column, ' ')
                                                         : std::string(help_column - start.size(), ' ');
  return start + gap + wrapped(right) + "\n";
}

std::string option_line(const Entry& entry) {
  std::vector<std::string> notes;
  if (!entry.limits.empty()) { notes.push_back(entry.limits); }
  notes.push_back(entry.default_text.empty() ? "no default" : "default " + entry.default_text);
  return line(cat("--", entry.full_name(), " ", entry.placeholder),
              cat(entry.help, " (", join(notes, "; "), ")"));
}

}  // namespace

std::string help_text(const JobText& text, const std::string& subcommand, const std::vector<Entry>& entries) {
  const auto same = [&](const auto& entry) { return entry.first == subcommand; };
  const auto described = std::find_if(text.subcommands.begin(), text.subcommands.end(), same);
  std::string out = described == text.subcommands.end()
                        ? cat(text.name, ": ", text.purpose, "\n\n")
                        : cat(text.name, " ", subcommand, ": ", described->second, "\n\n");
  std::string usage = text.name;
  if (!text.subcommands.empty()) {
    usage += " " + (!subcommand.empty()        ? subcommand
                    : text.subcommand_optional ? "[SUBCOMMAND]"
                                               : "SUBCOMMAND");
  }
  for (const std::string& name : text.positional) {
    if (std::any_of(entries.begin(), entries.end(),
                    [&](const Entry& entry) { return entry.full_name() == name; })) {
      usage += cat(" [", name, "]");
    }
  }
  out += cat("Usage: ", usage, " [--config FILE.ini] [--name value | --name=value]...\n");
  if (!text.example.empty()) { out += cat("Example: ", text.example, "\n"); }
  if (!text.subcommands.empty() && subcommand.empty()) {
    out += "\nSubcommands (each has its own --help):\n";
    for (const auto& [word, meaning] : text.subcommands) { out += line(word, meaning); }
  }
  // The visit may return to a section. Print each section once, in order of first appearance.
  std::vector<std::string> sections{""};
  for (const Entry& entry : entries) {
    if (std::find(sections.begin(), sections.end(), entry.section) == sections.end()) {
      sections.push_back(entry.section);
    }
  }
  for (const std::string& section : sections) {
    out += section.empty() ? "\nOptions:\n" : cat("\n[", section, "]\n");
    for (const Entry& entry : entries) {
      if (entry.section == section) { out += option_line(entry); }
    }
    if (section.empty()) {
      out += line("--help", "this text") + line("--version", "code version and compiler");
    }
  }
  out +=
      "\nIn a file, '--section.name value' is 'name = value' under '[section]'. The command line overrides "
      "the file.\n";
  return out;
}

}  // namespace srl::config
