#pragma once
// ASCII character classes and small text functions for extraction and parsing. Bytes above 127 belong to no
// class.
#include <cctype>
#include <string_view>

#include "base/characters.hpp"

namespace srl::grading {

inline bool is_letter(char c) {
  return std::isalpha(byte_of(c)) != 0;
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) { text.remove_prefix(1); }
  while (!text.empty() && is_space(text.back())) { text.remove_suffix(1); }
  return text;
}

}  // namespace srl::grading
