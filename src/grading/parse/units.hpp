#pragma once
// Names in answers: units, functions, Greek letters and other constants.
#include <string>
#include <string_view>

namespace srl::grading {

/// Canonical spelling of a known unit ("metres" → "m", "pct" → "%"); empty if the word is not a unit.
std::string unit_of(std::string_view word);
/// Canonical name of a known function of one argument ("asin" → "arcsin"); empty if the word is not a
/// function.
std::string_view function_of(std::string_view word);
/// Canonical name of a Greek letter or another constant, given without backslash; empty if the word is not a
/// constant.
std::string_view constant_of(std::string_view word);

/// Whether two letters are a word instead of a product ("of", "No").
bool is_short_word(std::string_view word);

}  // namespace srl::grading
