#pragma once
// The text of an answer before it is parsed, and as it is compared when it cannot be.
#include <string>
#include <string_view>

namespace srl::grading {

/// One spelling for parsing: Unicode mathematics as LaTeX commands, doubled backslashes single (outside matrices), size commands,
/// math marks removed; the currency signs $ € £ ¥ become the bytes 1 to 4.
std::string cleaned(std::string_view answer);
/// What is left of a text when case, spaces, \text{} and braces do not count.
std::string plain_words(std::string_view answer);

}  // namespace srl::grading
