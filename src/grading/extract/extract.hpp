#pragma once
// The steps to find a final answer in a text (docs/method.md, "Final answers"). extract_answer in grading.hpp
// combines them.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace srl::grading {

/// What follows the last closing tag of a thought (</think> and its relatives); the whole text if nothing
/// follows it or there is none.
std::string_view after_thought(std::string_view text);
/// The content of the last <answer> … </answer> or <solution> … </solution>; else the text.
std::string_view inside_answer_tags(std::string_view text);
/// Contents of the last \boxed{…}, \fbox{…} or \framebox{…} and of those before it that belong to the same
/// answer: only white space, punctuation, "and", "or" and math marks are between them. Empty and unterminated
/// boxes are ignored. Equal texts occur once.
std::vector<std::string> last_boxes(std::string_view text);
/// The text after the last phrase that announces an answer ("answer is", "####", "答案是", "Antwort:"), to
/// the end of the formula, sentence or line, without marks around it.
std::optional<std::string> after_phrase(std::string_view text);
/// The last formula ($…$, \(…\), \[…\]) of the text, if only a few words without digits follow it in its
/// sentence.
std::optional<std::string> closing_formula(std::string_view text);
/// Whether the whole text is one formula between math marks.
bool is_one_formula(std::string_view text);
/// The last expression in running text that holds a number or a command, as a whole: with its sign, brackets,
/// operators and unit.
std::optional<std::string> last_expression(std::string_view text);

}  // namespace srl::grading
