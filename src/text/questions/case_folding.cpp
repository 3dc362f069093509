#include "text/questions/case_folding.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::text {

std::string nfkc_lower(std::string_view utf8) {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(code);
  if (U_FAILURE(code)) {
    throw EnvironmentError(cat("ICU: loading the NFKC data failed: ", u_errorName(code)));
  }
  icu::UnicodeString text = nfkc->normalize(icu::UnicodeString::fromUTF8(repair_utf8(utf8)), code);
  if (U_FAILURE(code)) { throw EnvironmentError(cat("ICU: NFKC failed: ", u_errorName(code))); }
  text.toLower(icu::Locale::getRoot());
  std::string result;
  text.toUTF8String(result);
  return result;
}

}  // namespace srl::text
