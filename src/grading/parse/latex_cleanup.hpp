#pragma once
// Normalisation of an answer's text, before parsing and for comparison when it cannot be parsed.
#include <optional>
#include <string>
#include <string_view>

namespace srl::grading {

/// Normal form for parsing: Unicode mathematics as LaTeX commands, double backslashes as single ones (outside
/// matrices), size commands and math marks removed. The currency signs $ € £ ¥ become the bytes 1 to 4.
std::string cleaned(std::string_view answer);
/// The letter of a multiple choice: B, (B), B), \text{(B)}. `alone`: nothing follows it.
struct Choice {
  char letter = 0;
  bool alone = false;
};
/// Empty when the answer does not start with a choice A to E.
std::optional<Choice> choice_of(std::string_view answer);
/// Normal form of texts that TeX renders the same: no white space except between digits, no braces around a
/// single character. Equal results are the same answer.
std::string typeset(std::string_view answer);
/// The text in lower case, without spaces, \text{} and braces.
std::string plain_words(std::string_view answer);

}  // namespace srl::grading
