#pragma once
// The text of an answer before it is parsed, and as it is compared when it cannot be.
#include <optional>
#include <string>
#include <string_view>

namespace srl::grading {

/// One spelling for parsing: Unicode mathematics as LaTeX commands, doubled backslashes single (outside
/// matrices), size commands, math marks removed; the currency signs $ € £ ¥ become the bytes 1 to 4.
std::string cleaned(std::string_view answer);
/// A multiple choice's letter: B, (B), B), \text{(B)}; `alone` = nothing follows it.
struct Choice {
  char letter = 0;
  bool alone = false;
};
/// Nothing when the answer does not start with the mark of a choice A to E.
std::optional<Choice> choice_of(std::string_view answer);
/// One spelling of what TeX sets alike: no white space except between digits, no braces round a single
/// character. Equal ones are the same answer, whatever it means.
std::string typeset(std::string_view answer);
/// What is left of a text when case, spaces, \text{} and braces do not count.
std::string plain_words(std::string_view answer);

}  // namespace srl::grading
