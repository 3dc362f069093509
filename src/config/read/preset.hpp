#pragma once
// --preset NAME: the file of a ready configuration by its name. Used only inside this room.
#include <optional>
#include <string>
#include <vector>

#include "config/read/entry.hpp"

namespace srl::config {

/// The option of a job that has presets (JobText::presets), which is only allowed on the command line. A job
/// whose own options have the name (srl_prep's kind of data set, which srl_check knows too) keeps its option.
void add_preset_option(std::vector<Entry>& entries, const JobText& text);

struct ChosenPreset {
  std::string path;       ///< of the preset's file
  std::string complaint;  ///< why there is none, and what to do
};
/// The preset `name`. std::nullopt: this is not a preset's name, and may be a value of the job's own option.
std::optional<ChosenPreset> choose_preset(const std::string& name, const JobText& text);
/// What `--preset name` stands for. Where the job has an option of its own (`own_option`), any other value is
/// one of that option, and both texts are empty; but not one that is nearly the name of a preset.
ChosenPreset preset_or_value(const std::string& name, const JobText& text, bool own_option);

/// What to do about a --config file that cannot be read, "" if nothing is known.
std::string advice_for_config(const std::string& path, const JobText& text);

}  // namespace srl::config
