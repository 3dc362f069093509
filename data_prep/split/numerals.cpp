#include "data_prep/split/numerals.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/characters.hpp"

namespace srl::data_prep {
namespace {

struct Word {
  std::string_view word;
  std::int64_t number;
};
constexpr std::array<Word, 77> number_words{
    {{"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},      {"five", 5},
     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},      {"ten", 10},
     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15},
     {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},
     {"un", 1},       {"une", 1},        {"deux", 2},      {"trois", 3},     {"quatre", 4},
     {"cinq", 5},     {"sept", 7},       {"huit", 8},      {"neuf", 9},      {"dix", 10},
     {"eins", 1},     {"zwei", 2},       {"drei", 3},      {"vier", 4},      {"fünf", 5},
     {"sechs", 6},    {"sieben", 7},     {"acht", 8},      {"neun", 9},      {"zehn", 10},
     {"uno", 1},      {"una", 1},        {"dos", 2},       {"tres", 3},      {"cuatro", 4},
     {"cinco", 5},    {"seis", 6},       {"siete", 7},     {"ocho", 8},      {"nueve", 9},
     {"diez", 10},    {"due", 2},        {"tre", 3},       {"quattro", 4},   {"cinque", 5},
     {"sei", 6},      {"sette", 7},      {"otto", 8},      {"nove", 9},      {"dieci", 10},
     {"um", 1},       {"uma", 1},        {"dois", 2},      {"duas", 2},      {"três", 3},
     {"quatro", 4},   {"sete", 7},       {"oito", 8},      {"dez", 10},      {"один", 1},
     {"два", 2},      {"три", 3},        {"четыре", 4},    {"пять", 5},      {"шесть", 6},
     {"семь", 7},     {"восемь", 8}}};
constexpr std::array<std::string_view, 10> chinese{"一", "二", "三", "四", "五",
                                                   "六", "七", "八", "九", "十"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte_of(c) >= 0x80;
}

/// The numeral 1 to 10 at the start of the text; 0 when there is none.
std::int64_t chinese_digit(std::string_view text) {
  for (std::size_t i = 0; i < chinese.size(); ++i) {
    if (text.starts_with(chinese[i])) { return static_cast<std::int64_t>(i) + 1; }
  }
  return 0;
}

/// 一 to 九十九
std::optional<std::int64_t> take_chinese(std::string_view& text) {
  constexpr std::size_t bytes = 3;
  std::int64_t value = chinese_digit(text);
  if (value == 0) { return std::nullopt; }
  text.remove_prefix(bytes);
  if (value < 10 && chinese_digit(text) == 10) {
    text.remove_prefix(bytes);
    value *= 10;
  }
  if (value >= 10) {
    if (const std::int64_t unit = chinese_digit(text); unit > 0 && unit < 10) {
      text.remove_prefix(bytes);
      value += unit;
    }
  }
  return value;
}

/// Full-width digits, of three bytes each.
std::optional<std::int64_t> take_wide_digits(std::string_view& text) {
  std::int64_t value = 0;
  int digits = 0;
  while (digits < 4 && text.size() >= 3 && text.starts_with("\xEF\xBC") && byte_of(text[2]) >= 0x90 &&
         byte_of(text[2]) <= 0x99) {
    value = value * 10 + (byte_of(text[2]) - 0x90);
    text.remove_prefix(3);
    ++digits;
  }
  return digits == 0 ? std::nullopt : std::optional(value);
}

std::optional<std::int64_t> take_word(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && size < 24 && is_letter(text[size])) { ++size; }
  const std::string word = ascii_lower(std::string(text.substr(0, size)));
  const auto found = std::find_if(number_words.begin(), number_words.end(),
                                  [&](const Word& known) { return known.word == word; });
  if (found == number_words.end()) { return std::nullopt; }
  text.remove_prefix(size);
  return found->number;
}

}  // namespace

std::optional<std::int64_t> take_digits(std::string_view& text) {
  std::size_t digits = 0;
  std::int64_t value = 0;
  while (digits <= 4 && digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + (text[digits++] - '0');
  }
  if (digits == 0 || digits > 4) { return std::nullopt; }
  text.remove_prefix(digits);
  return value;
}

std::optional<std::int64_t> take_roman(std::string_view& text) {
  static constexpr std::array<Word, 5> parts{{{"x", 10}, {"ix", 9}, {"v", 5}, {"iv", 4}, {"i", 1}}};
  const auto letters = [&](std::size_t from, std::string_view part) {
    return starts_with_ignoring_case(text.substr(from), part);
  };
  std::size_t at = 0;
  std::int64_t value = 0;
  for (const Word& part : parts) {
    const int most = part.number == 10 || part.number == 1 ? 3 : 1;
    for (int times = 0; times < most && letters(at, part.word); ++times) {
      at += part.word.size();
      value += part.number;
    }
  }
  if (at == 0 || (at < text.size() && is_letter(text[at]))) { return std::nullopt; }
  text.remove_prefix(at);
  return value;
}

std::optional<std::int64_t> take_number(std::string_view& text, Numerals numerals, bool& in_words) {
  in_words = false;
  if (numerals == Numerals::roman) { return take_roman(text); }
  if (auto number = take_digits(text)) { return number; }
  if (auto number = take_wide_digits(text)) { return number; }
  if (auto number = take_chinese(text)) { return number; }
  auto number = take_word(text);
  in_words = number.has_value();
  return number;
}

std::optional<std::int64_t> take_circled(std::string_view& text) {
  if (text.size() < 3 || !text.starts_with("\xE2\x91")) { return std::nullopt; }
  const int code = byte_of(text[2]) - 0xA0;  // U+2460 is E2 91 A0
  if (code < 0 || code > 19) { return std::nullopt; }
  text.remove_prefix(3);
  return code + 1;
}

}  // namespace srl::data_prep
