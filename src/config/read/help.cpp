#include "config/read/help.hpp"

#include <algorithm>
#include <functional>

#include "base/strings.hpp"

namespace srl::config {
namespace {

constexpr std::size_t page_width = 100, help_column = 36;

/// `text` broken at `separator` so that it fits the page, from `column` on. Further lines begin with `indent`
/// blanks. Each line but the last ends with `end`.
std::string broken(const std::string& text, char separator, std::size_t column, std::size_t indent,
                   const std::string& end) {
  std::string out;
  bool line_is_empty = true;
  for (const std::string& word : split(text, separator)) {
    if (!line_is_empty && column + 1 + word.size() + end.size() > page_width) {
      out += end + "\n" + std::string(indent, ' ');
      column = indent;
      line_is_empty = true;
    }
    if (!line_is_empty) {
      out += separator;
      ++column;
    }
    out += word;
    column += word.size();
    line_is_empty = false;
  }
  return out;
}

std::string paragraph(const std::string& text) {
  return broken(text, ' ', 0, 0, "") + "\n";
}

std::string line(const std::string& left, const std::string& right) {
  const std::string start = "  " + broken(left, '|', 2, 6, "|");
  const std::size_t last =
      start.size() - (start.rfind('\n') == std::string::npos ? 0 : start.rfind('\n') + 1);
  const std::string gap =
      last + 2 > help_column ? "\n" + std::string(help_column, ' ') : std::string(help_column - last, ' ');
  return start + gap + broken(right, ' ', help_column, help_column, "") + "\n";
}

std::string option_line(const Entry& entry) {
  std::vector<std::string> notes;
  if (!entry.limits.empty()) { notes.push_back(entry.limits); }
  if (!entry.default_text.empty()) {
    notes.push_back("default " + entry.default_text);
  } else if (!entry.required) {
    notes.push_back("no default");
  }
  return line(cat("--", entry.full_name(), " ", entry.placeholder),
              notes.empty() ? entry.help : cat(entry.help, " (", join(notes, "; "), ")"));
}

/// Purpose and usage.
std::string head(const JobText& text, const std::string& subcommand, const std::vector<Entry>& entries) {
  const auto same = [&](const auto& entry) { return entry.first == subcommand; };
  const auto described = std::find_if(text.subcommands.begin(), text.subcommands.end(), same);
  std::string out = described == text.subcommands.end()
                        ? paragraph(cat(text.name, ": ", text.purpose))
                        : paragraph(cat(text.name, " ", subcommand, ": ", described->second));
  std::string usage = text.name;
  if (!text.subcommands.empty()) {
    usage += " " + (!subcommand.empty()        ? subcommand
                    : text.subcommand_optional ? "[SUBCOMMAND]"
                                               : "SUBCOMMAND");
  }
  const auto has = [&](const std::string& name) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const Entry& entry) { return entry.full_name() == name; });
  };
  for (const std::string& name : text.positional) {
    if (has(name)) { usage += cat(" [", name, "]"); }
  }
  if (text.presets) { usage += " [--preset NAME]"; }
  return cat(
      out, "\n",
      broken(cat("Usage: ", usage, " [--config FILE.ini] [--name value | --name=value]..."), ' ', 0, 7, ""),
      "\n");
}

/// Commands that work, one per use. A subcommand shows its own.
std::string examples(const JobText& text, const std::string& subcommand) {
  std::string out;
  for (const Example& example : text.examples) {
    if (!subcommand.empty() && example.subcommand != subcommand) { continue; }
    out += cat("  ", example.use, ":\n    ", broken(example.command, ' ', 4, 8, " \\"), "\n");
  }
  return out.empty() ? out : "\nExamples:\n" + out;
}

std::string subcommand_lines(const JobText& text, const std::string& subcommand) {
  if (text.subcommands.empty() || !subcommand.empty()) { return ""; }
  std::string out = "\nSubcommands (each has its own --help):\n";
  for (const auto& [word, meaning] : text.subcommands) { out += line(word, meaning); }
  return out;
}

std::string preset_lines(const JobText& text, bool all) {
  if (!text.presets) { return ""; }
  std::vector<std::string> names;
  std::string lines;
  for (const Preset& preset : text.presets()) {
    if (std::find(preset.jobs.begin(), preset.jobs.end(), text.name) == preset.jobs.end()) { continue; }
    names.push_back(preset.name);
    lines += line(preset.name, preset.meaning);
  }
  if (names.empty()) { return ""; }
  if (!all) { lines = "  " + broken(join(names, " "), ' ', 2, 2, "") + "\n"; }
  return "\nPresets (--preset NAME):\n" + lines;
}

std::string options_of(const std::vector<Entry>& entries, const std::string& title,
                       const std::function<bool(const Entry&)>& chosen) {
  std::string out;
  for (const Entry& entry : entries) {
    if (chosen(entry)) { out += option_line(entry); }
  }
  return out.empty() ? out : cat("\n", title, "\n", out);
}

std::string sections(const std::vector<Entry>& entries) {
  // The visit may return to a section. Print each section once, in order of first appearance.
  std::vector<std::string> names{""};
  for (const Entry& entry : entries) {
    if (std::find(names.begin(), names.end(), entry.section) == names.end()) {
      names.push_back(entry.section);
    }
  }
  std::string out;
  for (const std::string& name : names) {
    out += options_of(entries, name.empty() ? "Options:" : cat("[", name, "]"),
                      [&](const Entry& entry) { return entry.section == name; });
    if (name.empty()) {
      out += line("--help", "the options most used; --help all: this text") +
             line("--version", "code version and compiler");
    }
  }
  return out + "\n" +
         paragraph(
             "In a file, '--section.name value' is 'name = value' under '[section]'. The command line "
             "overrides "
             "the file.");
}

}  // namespace

std::string help_text(const JobText& text, const std::string& subcommand, const std::vector<Entry>& entries,
                      bool all) {
  const bool marked = std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.required || (entry.often && !entry.only_on_command_line);
  });
  const std::string job = subcommand.empty() ? text.name : cat(text.name, " ", subcommand);
  std::string out = head(text, subcommand, entries);
  if (all || !marked) {
    return out + examples(text, subcommand) + subcommand_lines(text, subcommand) + preset_lines(text, true) +
           sections(entries);
  }
  out += options_of(entries, "Required:", [](const Entry& entry) { return entry.required; });
  out += options_of(entries, "Most used:", [](const Entry& entry) { return entry.often; });
  out += examples(text, subcommand) + subcommand_lines(text, subcommand) + preset_lines(text, false);
  return cat(out, "\nAll ", entries.size(), " options: ", job, " --help all\n");
}

}  // namespace srl::config
