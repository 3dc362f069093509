#pragma once
#include <optional>
#include <string_view>

#include "grading/parse/expression.hpp"

namespace srl::grading {

/// Parses a final answer in LaTeX or plain text. Empty when it cannot be parsed or exceeds a limit of
/// limits.hpp. With `groups`, "1,234" outside brackets is one number, else two.
std::optional<Tree> parse(std::string_view answer, bool groups);

}  // namespace srl::grading
