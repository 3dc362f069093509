#pragma once
// Steps of text that carries no numbers: paragraphs, sentences, the whole. Line ends are already '\n'.
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// Parts between blank lines; a blank line inside code or display mathematics cuts nothing. Stripped, never
/// empty.
std::vector<std::string> paragraphs(std::string_view text);

/// Sentences: a part ends at '.', '!' or '?' (closing quotes and brackets belong to it) before white space
/// and then anything but a lower-case ASCII letter, at a full-width 。！？, and at a blank line. Never inside
/// code, $ … $ (but "$5 and $20" is money), \( … \), \[ … \] or $$ … $$; never after a usual abbreviation
/// ("e.g.", "Fig."), an initial ("J.") or a list number ("2."). Stripped, never empty; white space inside
/// stays as it is.
std::vector<std::string> sentences(std::string_view text);

}  // namespace srl::data_prep
