#pragma once
// Private to the extraction.
#include <cstddef>
#include <string_view>

namespace srl::grading {

/// Position after the last phrase that announces an answer; npos if there is none.
std::size_t after_last_phrase(std::string_view text);
/// Removes marks and words before the answer: "therefore", "exactly", "option".
std::string_view without_fillers(std::string_view stated);

}  // namespace srl::grading
