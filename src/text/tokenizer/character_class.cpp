#include "text/tokenizer/character_class.hpp"

#include <algorithm>

namespace srl::text {
namespace {

constexpr CharacterRange space_ranges[] = {  // White_Space, unchanged since Unicode 6.3
    {0x9, 0xD},       {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};

bool is_in(std::span<const CharacterRange> ranges, char32_t c) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), c,
                       [](char32_t value, const CharacterRange& range) { return value < range.first; });
  return after != ranges.begin() && c <= std::prev(after)->last;
}

}  // namespace

bool is_word_character(char32_t c) {
  return is_in(word_ranges(), c);
}
bool is_space_character(char32_t c) {
  return is_in(space_ranges, c);
}

CharacterTable::CharacterTable(bool newer_numbers) : classes_(0x110000, CharacterClass::other) {
  const auto mark = [&](std::span<const CharacterRange> ranges, CharacterClass value) {
    for (const auto& range : ranges) { std::fill(&classes_[range.first], &classes_[range.last] + 1, value); }
  };
  mark(letter_ranges(), CharacterClass::letter);
  mark(number_ranges(), CharacterClass::number);
  if (newer_numbers) { mark(newer_number_ranges(), CharacterClass::number); }
  mark(space_ranges, CharacterClass::space);
}

}  // namespace srl::text
