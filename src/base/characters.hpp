#pragma once
// Single bytes of text: their values, ASCII letters without a locale, and their role in UTF-8.
#include <algorithm>
#include <array>
#include <cstddef>
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

/// The next one of a few bytes in a text. It searches for each byte with memchr, which reads many bytes at a
/// time, and keeps what it found: a text is read once per byte, however often it is asked.
template <std::size_t N>
class NextOf {
 public:
  NextOf(std::string_view text, const std::array<char, N>& bytes) : text_(text), bytes_(bytes) {
    for (std::size_t i = 0; i < N; ++i) { next_[i] = find(i, 0); }
  }
  /// Position of the first of the bytes at or after `from`; the text's size if there is none. `from` must not
  /// become smaller from call to call.
  std::size_t at_or_after(std::size_t from) {
    for (std::size_t i = 0; i < N; ++i) {
      if (next_[i] < from) { next_[i] = find(i, from); }
    }
    return *std::min_element(next_.begin(), next_.end());
  }

 private:
  std::size_t find(std::size_t i, std::size_t from) const {
    return std::min(text_.find(bytes_[i], from), text_.size());
  }
  std::string_view text_;
  std::array<char, N> bytes_;
  std::array<std::size_t, N> next_;
};

}  // namespace srl
