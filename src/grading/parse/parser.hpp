#pragma once
#include <optional>
#include <string_view>

#include "grading/parse/expression.hpp"

namespace srl::grading {

/// How to read what can be read in two ways.
struct Reading {
  bool groups = true;         ///< "1,234" outside brackets is one number, else two
  bool unit_symbols = false;  ///< "5 m" is five metres, else a product
};

/// Parses a final answer in LaTeX or plain text. Empty when it cannot be parsed or exceeds a limit of
/// limits.hpp.
std::optional<Tree> parse(std::string_view answer, Reading reading);

}  // namespace srl::grading
