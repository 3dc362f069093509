#pragma once
// Tables of words, sorted when they are compiled.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace srl::grading {

using WordPair = std::pair<std::string_view, std::string_view>;

template <class T, std::size_t n>
constexpr std::array<T, n> sorted(std::array<T, n> entries) {
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// The second word of the pair that begins with `word`; without data if there is none.
template <std::size_t n>
std::string_view found_in(const std::array<WordPair, n>& table, std::string_view word) {
  const auto at = std::lower_bound(table.begin(), table.end(), word,
                                   [](const WordPair& pair, std::string_view w) { return pair.first < w; });
  return at != table.end() && at->first == word ? at->second : std::string_view();
}

}  // namespace srl::grading
