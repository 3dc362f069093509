#include "analysis/page/word_diff.hpp"

#include <algorithm>
#include <cstdint>

namespace srl::analysis {
namespace {

constexpr std::size_t most_words = 1000;

enum class Letter { word, space, other };

Letter letter_of(char c) {
  if (c == ' ' || c == '\t' || c == '\n' || c == '\r') { return Letter::space; }
  const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || static_cast<unsigned char>(c) >= 0x80 ? Letter::word : Letter::other;
}

std::vector<Word> words_in(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin + 1;
    const Letter letter = letter_of(text[begin]);
    while (letter != Letter::other && end < text.size() && letter_of(text[end]) == letter) { ++end; }
    words.push_back({text.substr(begin, end - begin)});
    begin = end;
  }
  return words;
}

using Words = std::vector<Word>::iterator;

/// Marks a longest common subsequence of two ranges.
void mark_common(Words a, Words a_end, Words b, Words b_end) {
  const auto rows = static_cast<std::size_t>(a_end - a), columns = static_cast<std::size_t>(b_end - b);
  if (rows > most_words || columns > most_words) { return; }
  const std::size_t stride = columns + 1;
  std::vector<std::uint16_t> length((rows + 1) * stride);  // of the rests from row and column on
  for (std::size_t i = rows; i-- > 0;) {
    for (std::size_t j = columns; j-- > 0;) {
      length[i * stride + j] =
          a[static_cast<std::ptrdiff_t>(i)].text == b[static_cast<std::ptrdiff_t>(j)].text
              ? static_cast<std::uint16_t>(length[(i + 1) * stride + j + 1] + 1)
              : std::max(length[(i + 1) * stride + j], length[i * stride + j + 1]);
    }
  }
  std::size_t place = 0;
  while (a != a_end && b != b_end) {
    if (a->text == b->text) {
      a++->common = b++->common = true;
      place += stride + 1;
    } else if (length[place + stride] >= length[place + 1]) {
      ++a;
      place += stride;
    } else {
      ++b;
      ++place;
    }
  }
}

}  // namespace

WordDiff word_diff(std::string_view a, std::string_view b) {
  WordDiff diff{words_in(a), words_in(b)};
  Words a_begin = diff.a.begin(), b_begin = diff.b.begin(), a_end = diff.a.end(), b_end = diff.b.end();
  while (a_begin != a_end && b_begin != b_end && a_begin->text == b_begin->text) {
    a_begin++->common = b_begin++->common = true;
  }
  while (a_begin != a_end && b_begin != b_end && (a_end - 1)->text == (b_end - 1)->text) {
    (--a_end)->common = (--b_end)->common = true;
  }
  mark_common(a_begin, a_end, b_begin, b_end);
  return diff;
}

}  // namespace srl::analysis
