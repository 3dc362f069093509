#pragma once
// Classes of code points for the pre-tokenizer patterns: \p{L}, \p{N}, \s or other; and \w for added tokens.
// The ranges are generated (character_ranges.cpp) instead of taken from ICU, because token ids must not
// depend on the machine's ICU version. They equal those of Hugging Face tokenizers 0.23 (Unicode 16, but 17
// for its Digits pre-tokenizer).
#include <cstdint>
#include <span>
#include <vector>

#include "base/characters.hpp"

namespace srl::text {

enum class CharacterClass : std::uint8_t { other = 0, letter = 1, number = 2, space = 3 };

struct CharacterRange {
  char32_t first, last;
};
std::span<const CharacterRange> letter_ranges();  ///< \p{L}
std::span<const CharacterRange> number_ranges();  ///< \p{N}
std::span<const CharacterRange>
newer_number_ranges();  ///< numeric for the Digits pre-tokenizer, not in \p{N}

std::span<const CharacterRange> word_ranges();  ///< \w

bool is_word_character(char32_t c);
bool is_space_character(char32_t c);

class CharacterTable {
 public:
  /// newer_numbers: count newer_number_ranges() as numbers too.
  explicit CharacterTable(bool newer_numbers);
  CharacterClass operator[](char32_t c) const { return classes_[c]; }

 private:
  std::vector<CharacterClass> classes_;  ///< [0x110000]
};

/// One code point of valid UTF-8 at text[at], and its length in bytes.
struct CodePoint {
  char32_t value;
  std::uint32_t bytes;
};
inline CodePoint code_point_at(const char* text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return char32_t{byte_of(text[at + i])}; };
  const char32_t lead = byte(0);
  if (lead < 0x80) { return {lead, 1}; }
  if (lead < 0xE0) { return {((lead & 0x1F) << 6) | (byte(1) & 0x3F), 2}; }
  if (lead < 0xF0) { return {((lead & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F), 3}; }
  return {((lead & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F), 4};
}

}  // namespace srl::text
