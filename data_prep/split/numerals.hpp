#pragma once
// Numbers at the start of a text: digits, words of several languages, Chinese and roman numerals.
#include <cstdint>
#include <optional>
#include <string_view>

namespace srl::data_prep {

enum class Numerals { usual, roman };

/// Removes a number of at most four digits from the start of the text.
std::optional<std::int64_t> take_digits(std::string_view& text);
/// Removes a roman numeral (upper or lower case) up to 39 from the start of the text.
std::optional<std::int64_t> take_roman(std::string_view& text);
/// Removes digits, full-width digits, a Chinese numeral up to 99, or a word for a number up to 20 in English,
/// up to 10 in French, German, Spanish, Italian and Portuguese. `in_words`: it was such a word.
std::optional<std::int64_t> take_number(std::string_view& text, Numerals numerals, bool& in_words);
/// Removes ① to ⑳.
std::optional<std::int64_t> take_circled(std::string_view& text);

}  // namespace srl::data_prep
