#pragma once
// Presets: where a kind of data set keeps its question, solution, steps or agent turns, and how it is split.
// A preset is a JSON file; those in data_prep/presets are built in, a user's own is named by its path
// (docs/data-preparation.md).
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::data_prep {

struct Preset {
  std::string name, domain = "math";  ///< domain: math | agent
  std::vector<std::string>
      needs;  ///< a row is of this kind when one of these fields is an array (only asked by "auto"),
  std::vector<std::string> unless;  ///< but not when it has one of these
  /// Field names in order of preference; "a.b" is b inside a, "a.0" the first element.
  std::vector<std::string> id, question, solution, steps, turns, answer, source, reasoning, correct;
  std::vector<std::string> splitters;  ///< what --splitter auto tries, in order
  std::string question_from,
      question_to;  ///< the part of the question that counts lies between these marks, where both occur
  std::vector<std::string> observation_prefixes;  ///< taken off an observation's start
};

/// A preset's text. BadOption naming the key that is unknown or ill-typed.
Preset parse_preset(const std::string& name, const std::string& json);
/// "auto" gives all kinds that can be told apart by a row's fields; another built-in name or a file (with a
/// slash or ending in .json) gives that one. BadOption listing the names there are.
std::vector<Preset> load_presets(const std::string& name_or_file);
/// The first whose `needs` the row meets; the last, which needs nothing, when none does.
const Preset& preset_for(const Json& row, const std::vector<Preset>& presets);

/// The value at a path; nullptr when it is not there or null.
const Json* value_at(const Json& row, const std::string& path);
/// The first of the paths that holds something; an empty text counts only when nothing better is there.
const Json* first_value(const Json& row, const std::vector<std::string>& paths);

/// Built-in presets, generated at build time from data_prep/presets: (name, JSON text), in order of names.
const std::vector<std::pair<std::string, std::string>>& built_in_presets();

}  // namespace srl::data_prep
