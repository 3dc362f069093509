#pragma once
// Which choice an answer names.
#include <string>
#include <vector>

namespace srl::evaluation {

/// The letter that a text chooses: in its last box or after "answer is", else the whole text or its last
/// line: "B", "(B)", "**B**", "\text{B}", "B. Paris", "B) Paris", or the text of exactly one choice. Empty
/// when none.
std::string chosen_letter(const std::string& text, const std::vector<std::string>& choices);

}  // namespace srl::evaluation
