#include "text/normalised_question.hpp"

#include <array>

#include "base/characters.hpp"
#include "base/unicode.hpp"
#include "text/questions/case_folding.hpp"

namespace srl::text {
namespace {

/// The result of NFKC and lower case for an ASCII byte; 0 = white space, 1 = not ASCII.
constexpr std::array<char, 256> folded = [] {
  std::array<char, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
    table[c] = space ? '\0' : c >= 0x80 || c < 2 ? '\1' : ascii_lower(c);
  }
  return table;
}();

/// The fast path for most questions: printable ASCII with single spaces between words, where only upper-case
/// letters change. False for any other text. Both loops compile to vector instructions.
bool lower_plain(std::string_view text, std::string& result) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') { return false; }
  const std::size_t size = text.size();
  const char* const in = text.data();
  unsigned char other = 0;
  for (std::size_t i = 0; i < size; ++i) {
    other |= static_cast<signed char>(in[i]) < ' ';  // and bytes from 0x80 on
  }
  for (std::size_t i = 1; i < size; ++i) { other |= (in[i] == ' ') & (in[i - 1] == ' '); }
  if (other != 0) { return false; }
  result.resize(size);
  char* const out = result.data();
  for (std::size_t i = 0; i < size; ++i) { out[i] = ascii_lower(in[i]); }
  return true;
}

/// False when a byte is not ASCII, or is NUL or U+0001, which mark other bytes in the table.
bool lower_ascii(std::string_view text, std::string& result) {
  result.resize(text.size());  // never longer: a space is written only where there was white space
  char* out = result.data();
  const char* in = text.data();
  const char* const end = in + text.size();
  for (;;) {
    char low = '\0';
    while (in != end && (low = folded[byte_of(*in)]) == '\0') { ++in; }
    if (in == end) { break; }
    if (out != result.data()) { *out++ = ' '; }
    while (in != end && (low = folded[byte_of(*in)]) > '\1') { *out++ = low, ++in; }
    if (low == '\1') { return false; }
  }
  result.resize(out - result.data());
  return true;
}

}  // namespace

std::string normalised_question(std::string_view question) {
  std::string ascii;
  if (lower_plain(question, ascii) || lower_ascii(question, ascii)) { return ascii; }
  std::u32string result;
  bool space = false;
  for (char32_t c : decode_utf8_lossy(nfkc_lower(question))) {
    if (is_python_space(c)) {
      space = !result.empty();
      continue;
    }
    if (space) { result += U' '; }
    space = false;
    result += c;
  }
  return encode_utf8(result);
}

}  // namespace srl::text
