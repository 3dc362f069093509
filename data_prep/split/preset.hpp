#pragma once
// A preset says which fields of a data set hold the question and the solution, steps or agent turns, and how
// solutions are split. It is a JSON object. The presets in data_prep/presets are built in; any other is a
// file that is given by its path (docs/data-preparation.md).
#include <string>
#include <utility>
#include <vector>

#include "base/words.hpp"
#include "data_prep/row/row_fields.hpp"

namespace srl::data_prep {

/// A field that a row must have: "path", or "path:kind" with the kind text, list, object or number.
struct Need {
  enum class Kind { any, text, list, object, number };
  std::string path;
  Kind kind = Kind::any;
};
SRL_WORDS(Need::Kind, "any", "text", "list", "object", "number");

struct Preset {
  std::string name, about, domain = "math";  ///< domain: math | agent
  /// "auto" uses this preset for a row that has all these fields,
  std::vector<Need> needs;
  std::uint64_t needed_beginnings = 0;  ///< of the paths of `needs` (RowFields::beginning)
  std::vector<std::string> unless;      ///< and none of these,
  bool only = false;                    ///< and, if set, no other field
  /// Field names in order of preference; "a.b" is b inside a, "a.0" the first element, "a.*" the element that
  /// is marked right.
  std::vector<std::string> id, question, solution, steps, turns, answer, source, reasoning;
  std::vector<std::string> turns_before;   ///< a list that is before the turns
  std::vector<std::string> question_more;  ///< texts or lists after the question: choices, an input
  std::vector<std::string> correct;        ///< marks: one that says wrong is enough
  std::vector<std::string> first_error;    ///< the number of the first wrong step, or -1
  std::vector<std::string> chosen_by;      ///< lists of marks that choose the element "*"
  std::vector<std::string> splitters;      ///< what --splitter auto tries, in order
  std::string form;                        ///< rows that are rewritten before they are read (forms.hpp)
  /// If both marks of a pair occur in the question, only the text between them is used. An empty second
  /// mark is the end.
  std::vector<std::pair<std::string, std::string>> question_between;
  std::vector<std::string> observation_prefixes;  ///< removed from the start of an observation
  bool plain_fences = false;  ///< agents: the last ``` fence is the command, whatever its language
};

/// Parses a preset. BadOption naming the key that is unknown or has the wrong type.
Preset parse_preset(const std::string& name, const std::string& json);
/// "auto" gives the presets that the fields of a row can tell apart; a built-in name or a file (a name with a
/// slash or ending in .json) gives that preset. BadOption lists the built-in names.
std::vector<Preset> load_presets(const std::string& name_or_file);
/// The first preset whose needs the row meets; otherwise the last one, which needs nothing.
const Preset& preset_for(const RowFields& row, const std::vector<Preset>& presets);

/// Built-in presets, generated at build time from data_prep/presets: JSON lists, in the order in which "auto"
/// tries their members.
const std::vector<std::string>& built_in_presets();

}  // namespace srl::data_prep
