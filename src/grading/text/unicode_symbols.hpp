#pragma once
// Mathematical symbols outside of ASCII.
#include <string_view>
#include <utility>

namespace srl::grading {

/// The symbol that these two or three bytes are, and its LaTeX; null if they are none.
const std::pair<std::string_view, std::string_view>* symbol_of(std::string_view bytes);

}  // namespace srl::grading
