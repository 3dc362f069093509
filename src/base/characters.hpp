#pragma once
// Single bytes of text: their values, ASCII letters without a locale, and their part in UTF-8.
#include <algorithm>
#include <cstdint>
#include <string_view>

namespace srl {

/// 0 to 255, whatever the sign of char.
constexpr std::uint8_t byte_of(char c) {
  return static_cast<std::uint8_t>(c);
}
/// The letter in lower case; other bytes as they are.
constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Whether the byte goes on with a code point that an earlier one has begun.
constexpr bool continues_code_point(char c) {
  return (byte_of(c) & 0xC0) == 0x80;
}
/// Code points of valid UTF-8.
constexpr std::int64_t count_code_points(std::string_view utf8) {
  return std::ranges::count_if(utf8, [](char c) { return !continues_code_point(c); });
}

}  // namespace srl
