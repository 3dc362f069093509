#pragma once
// Rows whose fields must be taken apart before a preset can name them. To add a form, add one function and
// one line in the table of forms.cpp.
#include <string>

#include "base/json.hpp"

namespace srl::data_prep {

bool is_form(const std::string& name);

/// The row with the fields that its form adds; these come first.
///   math_shepherd: question, steps, step_marks and final_answer, from `input` and `label`
///   mathqa: Rationale without the quotes around it, options as a list
Json in_form(const std::string& name, const Json& row);

}  // namespace srl::data_prep
