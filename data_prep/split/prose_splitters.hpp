#pragma once
// Splits text without numbered steps into paragraphs or sentences. Line ends are already '\n'.
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// Parts between blank lines. A blank line inside code or display mathematics does not split. Parts are
/// stripped and never empty.
std::vector<std::string> paragraphs(std::string_view text);

/// Splits into sentences. A sentence ends at '.', '!' or '?', closing quotes and brackets included, when
/// white space follows and the next character is not a lower-case ASCII letter. It also ends at a full-width
/// 。！？ and at a blank line. It never ends inside code, inside mathematics ($ … $, \( … \), \[ … \], $$ …
/// $$; but "$5 and $20" is money), nor after a usual abbreviation ("e.g.", "Fig."), an initial ("J.") or a
/// list number ("2."). A stop between blanks, as in texts whose words were set apart, ends
/// a sentence before a lower-case letter too, but not after "rs". Parts are stripped and never empty; white
/// space inside them is unchanged.
std::vector<std::string> sentences(std::string_view text);

}  // namespace srl::data_prep
