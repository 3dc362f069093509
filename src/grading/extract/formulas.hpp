#pragma once
// Formulas in running text: $…$, $$…$$, \(…\), \[…\]. Private to the extraction.
#include <optional>
#include <string>
#include <string_view>

namespace srl::grading {

/// "$12$ and $13$" at `at` as "12, 13": formulas that only joins separate. Nothing when none begins there.
std::optional<std::string> formulas_from(std::string_view text, std::size_t at);

}  // namespace srl::grading
