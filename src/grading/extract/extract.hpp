#pragma once
// Pieces of finding a final answer in a text (docs/method.md, "Final answers"); extract_answer in grading.hpp
// joins them.
#include <optional>
#include <string>
#include <string_view>

namespace srl::grading {

/// Content of the last \boxed{…} or \fbox{…}; boxes before it that only white space, punctuation, "and", "or"
/// and math marks separate from it are one list with it. Unterminated boxes are none.
std::optional<std::string> last_boxed(std::string_view text);
/// What follows the last "answer is", "answer:" or "####", to the end of the formula, sentence or line.
std::optional<std::string> after_phrase(std::string_view text);
/// The last formula ($…$, \(…\), \[…\]) of the text when only a few words without digits follow it in its
/// sentence.
std::optional<std::string> closing_formula(std::string_view text);
/// Whether the whole text is one formula between math marks.
bool is_one_formula(std::string_view text);
/// The last number not glued to letters, with its sign, fraction and percent sign.
std::optional<std::string> last_number(std::string_view text);

}  // namespace srl::grading
