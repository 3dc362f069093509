#pragma once
// One input row → an expert solution, a rejection (the row is no record) or a drop (a readable solution that is not used).
#include <optional>
#include <string>

#include "base/json.hpp"
#include "config/options.hpp"
#include "trajectory/solution.hpp"

namespace srl::data_prep {

struct FieldOptions {
  std::string id, question, solution, steps, answer, source;   ///< names of fields; empty = the usual ones in turn, for steps none
  void visit(config::Visitor& v);                       ///< section "fields"
};

struct RowResult {
  enum class Kind { kept, rejected, dropped } kind = Kind::kept;
  std::string reason;                ///< of a rejection or drop
  trajectory::Solution solution;     ///< kept
  std::string id, splitter;
};

/// Usual names: id | unique_id, question | problem, solution | answer (when it holds the worked solution), answer | expected_answer |
/// final_answer. A field named by `steps` holds an array of texts and replaces the solution. Without an answer field the last \boxed{} of the solution is the answer. `fallback_id` names a row without id.
RowResult read_solution(const Json& row, const FieldOptions& fields, const std::string& splitter, const std::string& source,
                        const std::string& fallback_id);

/// Content of the last \boxed{…} with balanced braces.
std::optional<std::string> last_boxed(const std::string& text);

}  // namespace srl::data_prep
