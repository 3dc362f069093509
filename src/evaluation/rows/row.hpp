#pragma once
// One row of a benchmark file, in the forms of public sets and of the user's own files.
#include <string>

#include "base/json.hpp"
#include "evaluation/benchmark.hpp"

namespace srl::evaluation {

struct Row {
  Question question;   ///< without number and place
  std::string worked;  ///< the worked solution; empty when the row has none
};

/// A row with a question and a final answer. BadInput when one is missing or empty.
Row row_with_answer(const Json& row, const FieldNames& fields);
/// A row of a SWE-bench file: instance_id, and `text` (a whole prompt) or problem_statement. It has no
/// reference.
Row row_of_instance(const Json& row, const FieldNames& fields);

/// The value at a path: a field of this name, else "a.b" = b inside a. nullptr when absent or null.
const Json* value_at(const Json& row, const std::string& path);

}  // namespace srl::evaluation
