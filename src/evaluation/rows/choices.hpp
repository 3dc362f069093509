#pragma once
// Multiple-choice rows, as in MMLU, MMLU-Pro and ARC.
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::evaluation {

struct Choices {
  std::vector<std::string> texts;   ///< for A, B, C …
  std::vector<std::string> labels;  ///< the row's own names of the choices; empty = none
};

/// A list of texts; {"text": […], "label": […]}; or {"A": "…", "B": "…"}. BadInput for other forms, fewer
/// than two choices or more than 26.
Choices choices_of(const Json& value);
/// The letter of the right choice. `answer` is an index from 0, a letter, a label, or the text of a choice.
std::string letter_of_answer(const Json& answer, const Choices& choices);
/// The question with its choices, and the request for a letter.
std::string question_with_choices(const std::string& question, const Choices& choices);

}  // namespace srl::evaluation
