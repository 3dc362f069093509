#pragma once
// Converts an input row to an expert solution, a rejection (the row is not a record) or a drop (a readable
// solution that is not used).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data_prep/options.hpp"
#include "data_prep/split/preset.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

/// How rows are read: the presets, changed by the field names that the user gave.
struct Reading {
  std::vector<Preset> presets;
  std::vector<std::string> splitters;  ///< empty = each preset's own
  bool drop_incorrect = true;
};
/// BadOption for an unknown preset or splitter. Splitter "auto" uses the lists of the presets; if
/// fields.steps is given, it means "array".
Reading make_reading(const std::string& preset, const FieldOptions& fields, SplitterChoice splitter,
                     bool drop_incorrect);

struct RowResult {
  enum class Kind : std::uint8_t { kept, rejected, dropped } kind = Kind::kept;
  std::string reason;             ///< of a rejection or drop
  trajectory::Solution solution;  ///< kept; its id is empty where the row has none
  std::string id, splitter;
  std::int64_t turns_left_out = 0;  ///< agents: turns without a readable command
};

/// A row is rejected when a field is missing or has the wrong type. It is dropped when no splitter gives
/// steps ("no_steps", "single_step", "numbering_restarts", "numbering_skips") or its answer is marked wrong
/// ("marked_incorrect"). Without an answer field, the last \boxed{} of the solution is the answer.
RowResult read_solution(const Json& row, const Reading& reading, const std::string& source);

/// Content of the last \boxed{…} with balanced braces.
std::optional<std::string> last_boxed(const std::string& text);

}  // namespace srl::data_prep
