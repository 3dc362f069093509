#pragma once
// The way of a final answer through this room (docs/method.md, "Final answers"):
//   text → extract: the last box, phrase, formula or number → parse: a tree of mathematics
//   → compare: equal as strings, else as numbers, else as expressions
// Both sides take this way, and the Verdict tells which comparison decided. Every stage counts its work and
// stops at a limit, so that no completion can hold up a run.
#include <string>
#include <string_view>

#include "grading/options.hpp"

namespace srl::grading {

struct Extracted {
  bool found = false;
  std::string answer;
  std::string
      how;  ///< "boxed" | "answer_is" | "whole" | "formula" (one that ends the text) | "last_number" | "none"
};
/// Last \boxed{} first, then "answer is", then the whole text where it is a formula or a number by itself,
/// then a formula that ends the text, then the last number. `reference`: a text without box or phrase is
/// taken as it stands.
Extracted extract_answer(std::string_view text, bool reference = false);

struct Verdict {
  bool correct = false;
  std::string how;  ///< "string" | "number" | "symbolic" | ... | "not_decided" | "no_answer" | "different"
};
/// Both sides are final answers already extracted. Symmetric; bounded by counted work, never by a clock.
Verdict same_answer(std::string_view prediction, std::string_view reference, const GradingOptions& options);
/// Extracts from both, then compares.
Verdict grade(std::string_view prediction_text, std::string_view reference_text,
              const GradingOptions& options);

}  // namespace srl::grading
