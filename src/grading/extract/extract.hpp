#pragma once
// The steps to find a final answer in a text (docs/method.md, "Final answers"). extract_answer in grading.hpp
// combines them.
#include <optional>
#include <string>
#include <string_view>

namespace srl::grading {

/// Content of the last \boxed{…} or \fbox{…}. Earlier boxes belong to the same list if only white space,
/// punctuation, "and", "or" and math marks are between them. Unterminated boxes are ignored.
std::optional<std::string> last_boxed(std::string_view text);
/// The text after the last "answer is", "answer:" or "####", to the end of the formula, sentence or line.
std::optional<std::string> after_phrase(std::string_view text);
/// The last formula ($…$, \(…\), \[…\]) of the text, if only a few words without digits follow it in its
/// sentence.
std::optional<std::string> closing_formula(std::string_view text);
/// Whether the whole text is one formula between math marks.
bool is_one_formula(std::string_view text);
/// The last number that is not attached to letters, with its sign, fraction and percent sign.
std::optional<std::string> last_number(std::string_view text);

}  // namespace srl::grading
