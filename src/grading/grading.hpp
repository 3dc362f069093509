#pragma once
// The path of a final answer through this room (docs/method.md, "Final answers"):
//   text → extract: the last box, phrase, formula or expression → parse: a tree of mathematics
//   → compare: equal as strings, else as numbers, else as expressions
// Both sides take this path. The Verdict says which comparison decided. Every stage counts its work and stops
// at a limit, so that no completion can delay a run.
#include <string>
#include <string_view>

#include "grading/options.hpp"

namespace srl::grading {

struct Extracted {
  bool found = false;
  std::string answer;
  std::string how;  ///< "boxed" | "answer_is" | "whole" | "formula" | "last_number" | "none"
};
/// Searches what follows the thought, if anything does. Takes the first of these that is found: the last box,
/// "answer is" or a similar phrase, the whole text if it is a formula, number or word, a formula at the end
/// of the text, the last expression. `reference`: a text without box or phrase is used whole, unless it is a
/// sentence. grade(text, extract_answer(text).answer) is right for every text whose answer is in a box.
Extracted extract_answer(std::string_view text, bool reference = false);

struct Verdict {
  bool correct = false;
  std::string how;  ///< "string" | "number" | "symbolic" | ... | "not_decided" | "no_answer" | "different"
};
/// Both arguments are extracted final answers. Symmetric. Limited by counted work, never by time.
Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options);
/// Extracts from both, then compares.
Verdict grade(std::string_view prediction_text, std::string_view reference_text,
              const GradingOptions& options);

}  // namespace srl::grading
