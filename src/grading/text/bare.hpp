#pragma once
// A final answer without what merely surrounds it.
#include <string_view>

namespace srl::grading {

/// Outer white space, math marks, Markdown stars and a closing full stop removed; special tokens <|…|> cut
/// off.
std::string_view bare(std::string_view text);

}  // namespace srl::grading
