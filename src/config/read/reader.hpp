#pragma once
// The command line and the --config file of one job → values of its options, or all errors at once. Included
// only by options.cpp.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "config/ini.hpp"
#include "config/options.hpp"
#include "config/read/command_line.hpp"
#include "config/read/entry.hpp"
#include "config/read/given.hpp"
#include "config/read/preset.hpp"
#include "config/read/suggest.hpp"

namespace srl::config {

/// Reads one command line and one file against one list of entries. It reports all errors at the end.
/// Boost.Program_options splits the command line. It does not read the file, because it would stop at the
/// first error, cut values at '#', and report no line numbers.
class Reader {
 public:
  Reader(const JobText& text, std::vector<Entry>& entries) : text_(text), entries_(entries) {}

  /// Sorts the arguments into `given_` and does not set the options yet: the file is applied first, because
  /// the command line overrides it.
  void read_command_line(const std::vector<std::string>& words) {
    std::size_t next_positional = 0;
    for (const Argument& argument : sort_words(words, entries_)) {
      if (argument.name.empty()) {
        for (const std::string& word : argument.words) { take_positional(word, next_positional); }
      } else if (argument.known) {
        take_value(*find(argument.name), argument);
      } else {
        complain_unknown(argument.name);  // its values are ignored: a second error about them would confuse
      }
    }
  }

  void apply_file(const std::string& path) {
    std::string content;
    try {
      content = read_file(path);
    } catch (const EnvironmentError& error) {
      errors_.push_back(cat("--config ", error.what(), advice_for_config(path, text_)));
      return;
    }
    if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF") ||
        content.find('\0') != std::string::npos) {
      errors_.push_back(cat("--config ", path, ": not UTF-8 text; save the file as UTF-8"));
      return;
    }
    const Ini ini = read_ini(content);
    constexpr std::size_t shown = 3;
    for (std::size_t i = 0; i < std::min(shown, ini.errors.size()); ++i) {
      errors_.push_back(cat(path, " ", ini.errors[i].substr(0, 200)));
    }
    if (ini.errors.size() > shown) {
      errors_.push_back(
          cat(path, ": ", ini.errors.size() - shown,
              " more lines like these; --config takes an INI file: [section], then name = value"));
    }
    apply_lines(ini.lines, path, true);
  }

  /// Applies the file of --preset. `name` may be a value of the job's own option of this name instead.
  void apply_preset(const std::string& name) {
    const ChosenPreset chosen = preset_or_value(name, text_, !find("preset")->only_on_command_line);
    complain(chosen.complaint);
    if (chosen.path.empty()) { return; }
    apply_file(chosen.path);
    given_.forget("preset");
  }

  /// `others_too`: options of other jobs are ignored.
  void apply_lines(const std::vector<IniLine>& from, const std::string& path, bool others_too) {
    std::map<std::string, std::vector<const IniLine*>> lines;
    for (const IniLine& line : from) {
      const std::string where = cat(path, " line ", line.line);
      if (line.name == "config" || line.name == "help" || line.name == "version") {
        errors_.push_back(
            cat(where, ": ", line.name, " is allowed only on the command line; remove this line"));
      } else if (const Entry* entry = find(line.name); entry != nullptr && !entry->only_on_command_line) {
        lines[line.name].push_back(&line);
      } else if (entry != nullptr && choose_preset(line.whole, text_)) {
        errors_.push_back(
            cat(where, ": a preset is chosen only on the command line; remove this line and give --preset ",
                line.whole));
      } else if (!is_known(line.name)) {
        complain_unknown(line.name, where);
      } else if (!others_too) {
        errors_.push_back(cat(where, ": ", line.name, " cannot be set here"));
      }
    }
    for (const Entry& entry : entries_) { assign_lines(entry, lines[entry.full_name()], path); }
  }

  void apply_command_line() {
    for (const Entry& entry : entries_) {
      if (const auto* values = given_.values(entry.full_name())) { assign(entry, *values, ""); }
    }
  }

  std::optional<std::string> given(const std::string& name) const {
    const std::vector<std::string>* values = given_.values(name);
    if (values == nullptr || values->empty()) { return std::nullopt; }
    return values->back();
  }

  /// Nothing to complain about when `what` is empty.
  void complain(std::string what) {
    if (!what.empty()) { errors_.push_back(std::move(what)); }
  }

  void throw_complaints(const std::string& subcommand) const {
    if (errors_.empty()) { return; }
    std::string message = counted(errors_.size(), "wrong option") + ":";
    for (const std::string& error : errors_) { message += "\n  " + error; }
    const std::string job = subcommand.empty() ? text_.name : text_.name + " " + subcommand;
    throw BadOption(cat(message, "\nAll options: ", job, " --help all"));
  }

 private:
  const Entry* find(const std::string& name) const {
    const auto same = [&](const Entry& entry) { return entry.full_name() == name; };
    const auto found = std::find_if(entries_.begin(), entries_.end(), same);
    return found == entries_.end() ? nullptr : &*found;
  }

  /// An argument that does not belong to an option is the value of the next positional option. A list takes
  /// all such arguments up to the next option.
  void take_positional(const std::string& word, std::size_t& next_positional) {
    const auto belongs_to_others = [&] {
      return find(text_.positional[next_positional]) == nullptr;
    };  // the positional option belongs to other subcommands
    while (next_positional < text_.positional.size() && belongs_to_others()) { ++next_positional; }
    if (next_positional >= text_.positional.size()) {
      errors_.push_back(cat("'", word, "': unexpected argument, it is not the value of an option"));
      return;
    }
    const Entry* entry = find(text_.positional[next_positional]);
    if (entry->kind != Kind::list) { ++next_positional; }
    complain(given_.add(*entry, word));
  }

  void take_value(const Entry& entry, const Argument& argument) {
    if (entry.kind == Kind::list) {
      if (argument.words.empty()) {
        errors_.push_back(cat("--", entry.full_name(), " needs at least one value"));
      }
      // `--name=` sets an empty list. It overrides a list from the file or the default.
      const bool emptied = argument.attached && argument.words[0].empty();
      complain(given_.keep(entry, emptied ? std::vector<std::string>{} : argument.words));
    } else if (!argument.words.empty()) {
      complain(given_.keep(entry, argument.words));
    } else if (entry.kind == Kind::flag) {
      complain(given_.keep(entry, {"on"}));
    } else {
      errors_.push_back(cat("--", entry.full_name(), " needs a value (", entry.placeholder, ")"));
    }
  }

  void assign(const Entry& entry, const std::vector<std::string>& words, const std::string& where) {
    const std::string wrong = entry.assign(words);
    if (!wrong.empty()) {
      errors_.push_back(cat(where.empty() ? "--" : where + ": ", entry.full_name(), ": ", wrong));
    }
  }

  /// Applies the file's lines for one option. A repeated name adds to a list, which may be longer than a
  /// line.
  void assign_lines(const Entry& entry, const std::vector<const IniLine*>& lines, const std::string& path) {
    std::vector<std::string> all;
    for (const IniLine* line : lines) {
      if (entry.kind == Kind::list) {
        all.insert(all.end(), line->words.begin(), line->words.end());
      } else {
        if (!all.empty() && !entry.same(all, {line->whole})) {
          errors_.push_back(cat(path, " line ", line->line, ": ", entry.full_name(), " is given twice, as ",
                                shown(all), " in line ", lines.front()->line, " and as ",
                                shown({line->whole}), ": leave out one of them"));
          continue;
        }
        all = {line->whole};
      }
      assign(entry, all, cat(path, " line ", line->line));
    }
  }

  bool is_known(const std::string& name) const {
    return text_.suite != nullptr &&
           std::find(text_.suite->known.begin(), text_.suite->known.end(), name) != text_.suite->known.end();
  }

  /// What another program's name is called here ("num_generations" of TRL is training.group_size). nullptr if
  /// no other program has this name.
  const OtherName* other_name(const std::string& name) const {
    if (text_.suite == nullptr) { return nullptr; }
    const OtherName* found = nullptr;
    for (const OtherName& other : text_.suite->others) {
      if (other.theirs != name) { continue; }
      if (find(std::string(other.ours)) != nullptr) {
        return &other;  // prefer an option that this job has
      }
      if (found == nullptr) { found = &other; }
    }
    return found;
  }

  void complain_unknown(const std::string& name, const std::string& where = "") {
    if (const OtherName* other = other_name(plain_name(name));
        other != nullptr && (find(std::string(other->ours)) != nullptr || !is_known(name))) {
      const std::string whose = other->whose == "formerly"
                                    ? "this option is now called"
                                    : cat("it is an option of ", other->whose, "; here it is called");
      errors_.push_back(cat(where.empty() ? "--" : where + ": ", name, ": unknown option; ", whose,
                            where.empty() ? " --" : " ", other->ours));
      return;
    }
    std::vector<std::string> own{"help", "version"};
    for (const Entry& entry : entries_) { own.push_back(entry.full_name()); }
    const std::vector<std::string> others = text_.suite != nullptr ? text_.suite->known : own;
    const Nearest mine = nearest_name(name, own), elsewhere = nearest_name(name, others);
    std::string message = cat(where.empty() ? "--" : where + ": ", name, ": unknown option");
    if (where.empty() && elsewhere.distance == 0) {
      message += cat(" of ", text_.name, " (another job has it); nearest here: --", mine.name);
    } else if (elsewhere.distance < mine.distance && elsewhere.distance <= 3) {
      message +=
          cat("; did you mean --", elsewhere.name, where.empty() ? " (an option of another job)?" : "?");
    } else {
      message += cat(mine.distance <= 3 ? "; did you mean --" : "; nearest name: --", mine.name,
                     mine.distance <= 3 ? "?" : "");
    }
    errors_.push_back(message);
  }

  const JobText& text_;
  std::vector<Entry>& entries_;
  Given given_;
  std::vector<std::string> errors_;
};

}  // namespace srl::config
