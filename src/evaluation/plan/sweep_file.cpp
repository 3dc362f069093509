#include "evaluation/sweep_file.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::evaluation {
namespace {

constexpr std::string_view settings_word = "settings ", fields_word = "fields ";

bool is_name(const std::string& text) {
  return !text.empty() && text.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789_.+-") == std::string::npos;
}

class SweepReader {
 public:
  explicit SweepReader(std::string file) : file_(std::move(file)) {}

  SweepFile read() {
    const config::Ini ini = config::read_ini(read_file(file_));
    for (const std::string& error : ini.errors) { errors_.push_back(cat(file_, " ", error)); }
    for (const config::IniSection& section : ini.sections) { take_section(section); }
    for (const config::IniLine& line : ini.lines) { take_line(line); }
    if (sweep_.models.empty()) { errors_.push_back(cat(file_, ": [models] has no line NAME = FOLDER")); }
    if (sweep_.benchmarks.empty()) {
      errors_.push_back(cat(file_, ": [benchmarks] has no line NAME = FILE"));
    }
    if (sweep_.settings.empty()) { sweep_.settings.emplace_back(); }
    for (NamedSetting& setting : sweep_.settings) {
      restrict_to(setting.models, sweep_.models, setting, "models");
      restrict_to(setting.benchmarks, sweep_.benchmarks, setting, "benchmarks");
    }
    for (const auto& [name, lines] : sweep_.fields) {
      if (!has(sweep_.benchmarks, name)) {
        errors_.push_back(cat(file_, ": [fields ", name, "] names no line of [benchmarks]"));
      }
    }
    if (!errors_.empty()) {
      throw BadOption(cat("--sweep: ", counted(errors_.size(), "line", "is", "are"), " wrong:\n  ",
                          join(errors_, "\n  ")));
    }
    return std::move(sweep_);
  }

 private:
  template <class Named>
  static bool has(const std::vector<Named>& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
  }

  void complain(int line, const std::string& what) {
    errors_.push_back(cat(file_, " line ", line, ": ", what));
  }

  void check_name(int line, const std::string& name) {
    if (!is_name(name)) {
      complain(line, cat("'", name, "' is not a name: use letters, digits and _ . + - without spaces"));
    }
  }

  void take_section(const config::IniSection& section) {
    const std::string& name = section.name;
    if (name.starts_with(settings_word)) {
      NamedSetting setting{name.substr(settings_word.size()), {}, {}, {}};
      check_name(section.line, setting.name);
      if (has(sweep_.settings, setting.name)) {
        complain(section.line, cat("[", name, "] is there twice"));
      } else {
        sweep_.settings.push_back(std::move(setting));
      }
    } else if (name.starts_with(fields_word)) {
      sweep_.fields[name.substr(fields_word.size())];
    } else if (name != "models" && name != "benchmarks") {
      complain(section.line, cat("[", name,
                                 "] is unknown; the sections are [models], [benchmarks], [settings NAME] and "
                                 "[fields NAME]"));
    }
  }

  void take_line(const config::IniLine& line) {
    if (line.section == "models") {
      take_path(line, sweep_.models);
    } else if (line.section == "benchmarks") {
      take_path(line, sweep_.benchmarks);
    } else if (line.section.starts_with(settings_word)) {
      take_option(line, line.section.substr(settings_word.size()));
    } else if (line.section.starts_with(fields_word)) {
      config::IniLine field = line;
      field.name = "fields." + line.key;
      sweep_.fields[line.section.substr(fields_word.size())].push_back(std::move(field));
    } else if (line.section.empty()) {
      complain(line.line, cat(line.key, " is before the first [section]"));
    }
  }

  void take_path(const config::IniLine& line, std::vector<NamedPath>& list) {
    check_name(line.line, line.key);
    if (line.whole.empty()) { complain(line.line, cat(line.key, " has no path")); }
    if (has(list, line.key)) {
      complain(line.line, cat(line.key, " is there twice"));
      return;
    }
    list.push_back({line.key, line.whole});
  }

  void take_option(const config::IniLine& line, const std::string& name) {
    const auto setting = std::find_if(sweep_.settings.begin(), sweep_.settings.end(),
                                      [&](const NamedSetting& one) { return one.name == name; });
    if (line.key == "models" || line.key == "benchmarks") {
      std::vector<std::string>& names = line.key == "models" ? setting->models : setting->benchmarks;
      names.insert(names.end(), line.words.begin(), line.words.end());
      return;
    }
    setting->lines.push_back(line);
    setting->lines.back().name = line.key;
  }

  /// Puts the names into the order of the list; none given: all.
  void restrict_to(std::vector<std::string>& names, const std::vector<NamedPath>& list,
                   const NamedSetting& setting, const char* what) {
    for (const std::string& name : names) {
      if (!has(list, name)) {
        errors_.push_back(
            cat(file_, ": [settings ", setting.name, "] ", what, ": ", name, " is not in [", what, "]"));
      }
    }
    std::vector<std::string> ordered;
    for (const NamedPath& path : list) {
      if (names.empty() || std::find(names.begin(), names.end(), path.name) != names.end()) {
        ordered.push_back(path.name);
      }
    }
    names = std::move(ordered);
  }

  std::string file_;
  SweepFile sweep_;
  std::vector<std::string> errors_;
};

}  // namespace

SweepFile read_sweep_file(const std::filesystem::path& file) {
  return SweepReader(file.string()).read();
}

}  // namespace srl::evaluation
