#pragma once
#include <string>
#include <string_view>

namespace srl::text {

/// Normalisation form NFKC, then lower case without locale: unicodedata.normalize("NFKC", s).lower() in
/// Python, for characters that both know. Invalid UTF-8 becomes U+FFFD.
std::string nfkc_lower(std::string_view utf8);

}  // namespace srl::text
