#pragma once
// Removes marks around a final answer.
#include <string_view>

namespace srl::grading {

/// Removes outer white space, math marks, Markdown marks, quotes, a final full stop or line break, and
/// special tokens <|…|> at the end.
std::string_view bare(std::string_view text);

}  // namespace srl::grading
