#pragma once
// Formulas in running text: $…$, $$…$$, \(…\), \[…\]. Private to the extraction.
#include <optional>
#include <string>
#include <string_view>

namespace srl::grading {

/// Reads formulas joined by commas, "and" or "or" at `at`: "$12$ and $13$" gives "12, 13". Empty if no
/// formula begins there.
std::optional<std::string> formulas_from(std::string_view text, std::size_t at);

}  // namespace srl::grading
