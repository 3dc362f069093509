#pragma once
// Names in answers: units, functions, Greek letters and other constants.
#include <string>
#include <string_view>

namespace srl::grading {

/// Canonical spelling of a known unit ("metres" → "m", "pct" → "%", "kJ"); empty if the word is not a unit.
std::string unit_of(std::string_view word);
/// The same, but empty for symbols that may also be variables or products of them: m, N, mV.
std::string_view plain_unit_of(std::string_view word);
/// The number that a word multiplies with: "million" → "1000000"; empty if it is not such a word.
std::string_view scale_of(std::string_view word);
/// "seven" → "7"; empty if the word is not a number up to twenty.
std::string_view numeral_of(std::string_view word);
/// Canonical name of a known function of one argument ("asin" → "arcsin"); empty if the word is not a
/// function.
std::string_view function_of(std::string_view word);
/// Canonical name of a Greek letter or another constant, given without backslash; empty if the word is not a
/// constant.
std::string_view constant_of(std::string_view word);

/// Whether letters are a word instead of a product of variables: "east", but not "mgh", "abc", "GMm".
bool looks_like_word(std::string_view run);
/// Whether two letters are a word instead of a product ("of", "No").
bool is_short_word(std::string_view word);

}  // namespace srl::grading
