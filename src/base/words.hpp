#pragma once
// The words that options, JSON and messages use for the values of an enumeration. Each enumeration has one
// table of words, found by its type.
//   enum class Strip { outer, none };
//   constexpr auto words_of(Strip) { return words<Strip>({{"outer", Strip::outer}, {"none", Strip::none}}); }
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace srl {

template <class E>
struct Word {
  std::string_view word;
  E value;
};

template <class E, std::size_t N>
constexpr std::array<Word<E>, N> words(const Word<E> (&table)[N]) {
  return std::to_array(table);
}

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
