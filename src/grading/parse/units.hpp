#pragma once
// Names that stand in answers: units, functions, Greek letters and other constants.
#include <string>
#include <string_view>

namespace srl::grading {

/// One spelling for a known unit ("metres" → "m", "pct" → "%"); empty when the word is none.
std::string unit_of(std::string_view word);
/// Canonical name of a known function of one argument ("asin" → "arcsin"); empty when the word is none.
std::string_view function_of(std::string_view word);
/// Name of a Greek letter or of pi or infinity as written without a backslash or with; empty when the word is
/// none.
std::string_view constant_of(std::string_view word);

/// Two letters that are a word and not a product ("of", "No").
bool is_short_word(std::string_view word);

}  // namespace srl::grading
