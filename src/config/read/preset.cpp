#include "config/read/preset.hpp"

#include <algorithm>
#include <filesystem>

#include "base/strings.hpp"
#include "config/read/suggest.hpp"
#include "config/shell.hpp"

namespace srl::config {
namespace {

bool is_for(const Preset& preset, const JobText& text) {
  return std::find(preset.jobs.begin(), preset.jobs.end(), text.name) != preset.jobs.end();
}

std::vector<std::string> names_for(const JobText& text, const std::vector<Preset>& presets) {
  std::vector<std::string> names;
  for (const Preset& preset : presets) {
    if (is_for(preset, text)) { names.push_back(preset.name); }
  }
  return names;
}

/// Names that `wrong` may have meant: a few letters away, or with it as a part.
std::vector<std::string> near_names(const std::string& wrong, const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  const auto distance = [&](const std::string& name) {
    return wrong.size() > 2 && name.find(wrong) != std::string::npos ? 1 : edit_distance(wrong, name);
  };
  const int far = std::max(1, static_cast<int>(wrong.size()) / 3);
  std::vector<std::string> near;
  std::copy_if(names.begin(), names.end(), std::back_inserter(near),
               [&](const std::string& name) { return distance(name) <= far; });
  std::stable_sort(near.begin(), near.end(),
                   [&](const std::string& a, const std::string& b) { return distance(a) < distance(b); });
  if (near.size() > most) { near.resize(most); }
  return near;
}

/// Why there is no preset `name`, and what to do.
std::string why_unknown(const std::string& name, const JobText& text, const std::vector<std::string>& names) {
  const std::string start = cat("--preset ", name, ": ");
  if (name.find('/') != std::string::npos || name.ends_with(".ini")) {
    return cat(start, "a preset is given by its name; for a file use --config ", shell_quoted(name));
  }
  if (names.empty()) {
    return cat(start,
               "the presets are missing beside this program (../share/srl/jobs/presets); give a file with "
               "--config FILE.ini");
  }
  const std::vector<std::string> near = near_names(name, names);
  return cat(start, "unknown preset", near.empty() ? "." : cat("; did you mean ", join(near, " or "), "?"),
             " Presets of ", text.name, ": ", join(names, ", "));
}

}  // namespace

void add_preset_option(std::vector<Entry>& entries, const JobText& text) {
  const auto named = [](const char* name) {
    return [name](const Entry& entry) { return entry.full_name() == name; };
  };
  if (!text.presets || std::any_of(entries.begin(), entries.end(), named("preset"))) { return; }
  Entry entry;
  entry.name = "preset";
  entry.placeholder = "NAME";
  entry.help = "ready configuration by its name; --config overrides it, and the command line overrides both";
  entry.often = true;
  entry.only_on_command_line = true;
  entry.assign = [](const std::vector<std::string>&) { return std::string(); };  // its file is applied first
  const auto config = std::find_if(entries.begin(), entries.end(), named("config"));
  entries.insert(config == entries.end() ? entries.begin() : config + 1, std::move(entry));
}

std::optional<ChosenPreset> choose_preset(const std::string& name, const JobText& text) {
  for (const Preset& preset : text.presets()) {
    if (preset.name != name) { continue; }
    if (is_for(preset, text)) { return ChosenPreset{preset.path, ""}; }
    return ChosenPreset{"", cat("--preset ", name, ": a preset of ", join(preset.jobs, " and "), ", not of ",
                                text.name, "; to use those of its options that ", text.name,
                                " has: --config ", shell_quoted(preset.path))};
  }
  return std::nullopt;
}

ChosenPreset preset_or_value(const std::string& name, const JobText& text, bool own_option) {
  if (const auto chosen = choose_preset(name, text)) { return *chosen; }
  const std::vector<std::string> names = names_for(text, text.presets());
  constexpr std::size_t shortest = 5;  // shorter names of data sets may be near by chance
  const auto misspelt = [&](const std::string& preset) { return edit_distance(name, preset) <= 2; };
  if (own_option && (name.size() < shortest || std::none_of(names.begin(), names.end(), misspelt))) {
    return {};
  }
  return {"", why_unknown(name, text, names)};
}

std::string advice_for_config(const std::string& path, const JobText& text) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) { return "; it is a folder, give an INI file in it"; }
  if (std::filesystem::is_regular_file(path + ".ini", ignored)) {
    return cat("; did you mean ", shell_quoted(path + ".ini"), "?");
  }
  if (text.presets && choose_preset(path, text)) {
    return cat("; for the preset of this name use --preset ", path);
  }
  if (path.ends_with(".ini")) { return ""; }
  return text.presets ? "; give an INI file, or a preset by its name with --preset NAME"
                      : "; give an INI file";
}

}  // namespace srl::config
