#pragma once
// Converts an input row to an expert solution, a rejection (the row is not a record) or a drop (a readable
// solution that is not used).
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/options.hpp"
#include "data_prep/row/notices.hpp"
#include "data_prep/split/preset.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

/// How rows are read: the presets, changed by the field names that the user gave.
struct Reading {
  std::vector<Preset> presets;
  std::vector<std::string> splitters;  ///< empty = each preset's own
  FieldOptions given;                  ///< the names that the user gave
  bool drop_incorrect = true;
};
/// BadOption for an unknown preset or splitter. Splitter "auto" uses the lists of the presets. A field that
/// the user gave wins over any preset: with fields.steps only "array" is used, with fields.solution no
/// splitter of arrays or of agents.
Reading make_reading(const std::string& preset, const FieldOptions& fields, SplitterChoice splitter,
                     bool drop_incorrect);

struct RowResult {
  enum class Kind : std::uint8_t { kept, rejected, dropped } kind = Kind::kept;
  std::string reason;             ///< of a rejection or drop
  std::string detail;             ///< of a rejection: what was looked for and what the row has
  trajectory::Solution solution;  ///< kept; its id is empty where the row has none
  std::string id, splitter;
  std::int64_t turns_left_out = 0;  ///< agents: turns without a readable command
  Notices notices = 0;
};

/// A row is rejected when a field is missing or has the wrong type. It is dropped when no splitter gives
/// steps ("no_steps", "single_step", "numbering_restarts", "numbering_skips") or it is marked wrong
/// ("marked_incorrect"). Without an answer field, the answer is the one that grading finds stated in the
/// solution.
RowResult read_solution(const Json& row, const Reading& reading, const std::string& source);

/// The question of a row as read_solution takes it; empty when there is none.
std::string question_of(const Json& row, const std::vector<Preset>& presets);

}  // namespace srl::data_prep
