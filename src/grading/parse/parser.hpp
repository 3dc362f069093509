#pragma once
#include <optional>
#include <string_view>

#include "grading/parse/expression.hpp"

namespace srl::grading {

/// The tree of a final answer in LaTeX or plain text; nothing when it does not parse or passes a bound of
/// limits.hpp. With `groups`, "1,234" outside brackets is one number, else two.
std::optional<Tree> parse(std::string_view answer, bool groups);

}  // namespace srl::grading
