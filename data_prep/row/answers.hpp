#pragma once
// Final answers: found in a solution by grading's own extraction, or given in a field.
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace srl::data_prep {

/// The answer that a solution states in a box or after a phrase ("the answer is"), as grading extracts it.
std::optional<std::string> stated_answer(std::string_view solution);

/// The answer in a field: a text, a number, a truth value, or a list of one of them. A field may also hold a
/// whole reference solution (s1K-1.1); then its stated answer. Empty when the field holds none.
std::optional<std::string> answer_of_field(const Json& value);

/// A text as it is, any other value as JSON.
std::string scalar_text(const Json& value);

}  // namespace srl::data_prep
