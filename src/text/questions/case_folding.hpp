#pragma once
#include <string>
#include <string_view>

namespace srl::text {

/// Normalisation form NFKC, then lower case without a locale: unicodedata.normalize("NFKC", s).lower() in
/// Python, for characters of both Unicode versions. Invalid UTF-8 becomes U+FFFD.
std::string nfkc_lower(std::string_view utf8);

}  // namespace srl::text
