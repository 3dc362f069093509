#pragma once
// The words that options, JSON and messages use for the values of an enumeration. Each enumeration has one
// table of words, found by its type.
//   enum class Strip { outer, none };
//   SRL_WORDS(Strip, "outer", "none");
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace srl {

template <class E>
struct Word {
  std::string_view word;
  E value{};
};

/// The words in the order of the enumerators, which count from 0: one word for each.
template <class E, class... Texts>
constexpr auto words(Texts... texts) {
  std::array<Word<E>, sizeof...(texts)> table{};
  int value = 0;
  ((table[static_cast<std::size_t>(value)] = {texts, static_cast<E>(value)}, ++value), ...);
  return table;
}

/// The table of the enumeration E, in E's own namespace: the words in the order of the enumerators.
#define SRL_WORDS(E, ...)                \
  constexpr auto words_of(E) {           \
    return ::srl::words<E>(__VA_ARGS__); \
  }                                      \
  static_assert(words_of(E{}).size() > 0)

/// An enumeration that has a table of words.
template <class E>
concept Worded = requires(E value) { words_of(value); };

/// The value's word. Empty if the table does not have the value.
template <Worded E>
constexpr std::string_view word(E value) {
  for (const Word<E>& entry : words_of(E{})) {
    if (entry.value == value) { return entry.word; }
  }
  return {};
}

/// The value that a word names, or nothing if the table does not have the word.
template <Worded E>
constexpr std::optional<E> value_of_word(std::string_view text) {
  for (const Word<E>& entry : words_of(E{})) {
    if (entry.word == text) { return entry.value; }
  }
  return std::nullopt;
}

}  // namespace srl
