#include "text/tokenizer/normalizer.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uniset.h>

#include "base/characters.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "text/tokenizer/character_class.hpp"

namespace srl::text {
namespace {

void check(UErrorCode code, std::string_view what) {
  if (U_FAILURE(code)) { throw EnvironmentError(cat("ICU: ", what, " failed: ", u_errorName(code))); }
}

icu::UnicodeSet characters(const char* pattern) {
  UErrorCode code = U_ZERO_ERROR;
  icu::UnicodeSet set(icu::UnicodeString::fromUTF8(pattern), code);
  check(code, "building a set of characters");
  set.freeze();
  return set;
}

const icu::Normalizer2& nfc_instance() {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* instance = icu::Normalizer2::getNFCInstance(code);
  check(code, "loading the NFC data");
  return *instance;
}

constexpr char32_t table_end = 0x30000;

}  // namespace

struct NfcNormalizer::Icu {
  icu::UnicodeSet known = characters("[:age=9.0:]");
  icu::FilteredNormalizer2 normalizer{nfc_instance(), known};
};

NfcNormalizer::NfcNormalizer() : icu_(std::make_unique<Icu>()), may_change_(table_end, false) {
  // A text without these characters is already in form C: all its characters are allowed there, and none of
  // them is reordered (UAX 15).
  const icu::UnicodeSet unstable = characters("[[:age=9.0:]&[[:NFC_QC=No:][:NFC_QC=Maybe:][:^ccc=0:]]]");
  for (int i = 0; i < unstable.getRangeCount(); ++i) {
    const char32_t first = unstable.getRangeStart(i), last = unstable.getRangeEnd(i);
    for (char32_t c = first; c <= last && c < table_end; ++c) { may_change_[c] = true; }
  }
}

NfcNormalizer::~NfcNormalizer() = default;
NfcNormalizer::NfcNormalizer(NfcNormalizer&&) noexcept = default;
NfcNormalizer& NfcNormalizer::operator=(NfcNormalizer&&) noexcept = default;

std::string_view NfcNormalizer::normalize(std::string_view utf8, std::string& storage) const {
  bool stable = true;
  for (std::size_t i = 0; i < utf8.size() && stable;) {
    if (byte_of(utf8[i]) < 0xCC) {  // below U+0300 nothing changes; this also skips continuation bytes
      ++i;
      continue;
    }
    const CodePoint c = code_point_at(utf8.data(), i);
    stable = c.value < table_end && !may_change_[c.value];
    i += c.bytes;
  }
  if (stable) { return utf8; }
  UErrorCode code = U_ZERO_ERROR;
  const icu::StringPiece source(utf8.data(), std::ssize(utf8));
  if (utf8.size() > 0x7FFFFFFF / 4) {
    throw BadInput("a text of more than 512 MiB cannot be normalised; split it into shorter texts");
  }
  storage.clear();
  icu::StringByteSink<std::string> sink(&storage);
  icu_->normalizer.normalizeUTF8(0, source, sink, nullptr, code);
  check(code, "normalising");
  return storage;
}

}  // namespace srl::text
