#pragma once
// Final answers (docs/method.md, "Final answers"): find them in a text, and say whether two are
// mathematically the same.
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
