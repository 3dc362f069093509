#pragma once
// Single bytes of text: their values, ASCII letters without a locale, and their role in UTF-8.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace srl {

/// 0 to 255, whether or not char is signed.
constexpr std::uint8_t byte_of(char c) {
  return static_cast<std::uint8_t>(c);
}
/// The letter in lower case. Other bytes are unchanged.
constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
/// The text with its ASCII letters in lower case.
inline std::string ascii_lower(std::string text) {
  for (char& c : text) { c = ascii_lower(c); }
  return text;
}
/// Whether the text begins with `word`, which must be lower case, in upper or lower case.
constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::equal(word.begin(), word.end(), text.begin(),
                                                  [](char w, char c) { return w == ascii_lower(c); });
}

/// Whether the byte continues a code point that an earlier byte started.
constexpr bool continues_code_point(char c) {
  return (byte_of(c) & 0xC0) == 0x80;
}
/// Number of code points in valid UTF-8.
constexpr std::int64_t count_code_points(std::string_view utf8) {
  return std::ranges::count_if(utf8, [](char c) { return !continues_code_point(c); });
}

}  // namespace srl
