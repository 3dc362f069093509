#pragma once
// A preset says which fields of a data set hold the question and the solution, steps or agent turns, and how
// solutions are split. It is a JSON file. The presets in data_prep/presets are built in; any other is
// given by its path (docs/data-preparation.md).
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::data_prep {

struct Preset {
  std::string name, domain = "math";  ///< domain: math | agent
  /// "auto" uses this preset for a row in which one of these fields is an array,
  std::vector<std::string> needs;
  std::vector<std::string> unless;  ///< and none of these fields exists
  /// Field names in order of preference; "a.b" is b inside a, "a.0" the first element.
  std::vector<std::string> id, question, solution, steps, turns, answer, source, reasoning, correct;
  std::vector<std::string> splitters;  ///< what --splitter auto tries, in order
  /// If both marks occur in the question, only the text between them is used.
  std::string question_from, question_to;
  std::vector<std::string> observation_prefixes;  ///< removed from the start of an observation
};

/// Parses a preset. BadOption naming the key that is unknown or has the wrong type.
Preset parse_preset(const std::string& name, const std::string& json);
/// "auto" gives the presets that the fields of a row can tell apart; a built-in name or a file (a name with a
/// slash or ending in .json) gives that preset. BadOption lists the built-in names.
std::vector<Preset> load_presets(const std::string& name_or_file);
/// The first preset whose `needs` the row meets; otherwise the last one, which needs nothing.
const Preset& preset_for(const Json& row, const std::vector<Preset>& presets);

/// The value at a path; nullptr when it does not exist or is null.
const Json* value_at(const Json& row, const std::string& path);
/// The value at the first path that has one. An empty text is used only when no later path has a value.
const Json* first_value(const Json& row, const std::vector<std::string>& paths);

/// Built-in presets, generated at build time from data_prep/presets: (name, JSON text), in order of names.
const std::vector<std::pair<std::string, std::string>>& built_in_presets();

}  // namespace srl::data_prep
