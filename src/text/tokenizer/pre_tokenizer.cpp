#include "text/tokenizer/pre_tokenizer.hpp"

#include "base/characters.hpp"

namespace srl::text {
namespace {

constexpr std::string_view gpt2_text =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view qwen2_text = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
                                        R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view llama3_text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

bool is_newline(char c) {
  return c == '\r' || c == '\n';
}

/// Length of an English contraction at `at` ('s 't 're 've 'm 'll 'd), or 0. With fold_case, upper case
/// counts too, also U+017F (long s), which folds to s.
std::size_t contraction_length(std::string_view text, std::size_t at, bool fold_case) {
  const auto letter = [&](std::size_t i) {
    if (at + i >= text.size()) { return '\0'; }
    const char c = text[at + i];
    return fold_case ? ascii_lower(c) : c;
  };
  if (text[at] != '\'') { return 0; }
  switch (letter(1)) {
    case 's':
    case 't':
    case 'm':
    case 'd': return 2;
    case 'r':
    case 'v': return letter(2) == 'e' ? 3 : 0;
    case 'l': return letter(2) == 'l' ? 3 : 0;
    case '\xC5': return fold_case && letter(2) == '\xBF' ? 3 : 0;
    default: return 0;
  }
}

/// \s+(?!\S)|\s+ for the run of white space [begin, end). If other text follows the run, the run's last
/// character belongs to the next piece.
std::size_t space_end(std::string_view text, std::size_t begin, std::size_t end, bool last) {
  if (last) { return end; }
  std::size_t before_last = end - 1;
  while (continues_code_point(text[before_last])) { --before_last; }
  return before_last == begin ? end : before_last;
}

}  // namespace

std::string_view gpt2_regex() {
  return gpt2_text;
}
std::string_view qwen2_regex() {
  return qwen2_text;
}
std::string_view llama3_regex() {
  return llama3_text;
}

std::optional<Pattern> pattern_of_regex(std::string_view regex) {
  if (regex == gpt2_text) { return Pattern::gpt2; }
  if (regex == qwen2_text) { return Pattern::qwen2; }
  if (regex == llama3_text) { return Pattern::llama3; }
  return std::nullopt;
}

std::size_t PreTokenizer::run_end(std::string_view text, std::size_t at, CharacterClass value) const {
  while (at < text.size()) {
    const CodePoint c = code_point_at(text.data(), at);
    if (table_[c.value] != value) { break; }
    at += c.bytes;
  }
  return at;
}

std::size_t PreTokenizer::gpt2_end(std::string_view text, std::size_t begin) const {
  if (const std::size_t length = contraction_length(text, begin, false)) { return begin + length; }
  const CodePoint first = code_point_at(text.data(), begin);
  const CharacterClass first_class = table_[first.value];
  const bool digits_alone = pattern_ == Pattern::smollm;
  if (first_class != CharacterClass::space) {
    const std::size_t next = begin + first.bytes;
    return digits_alone && first_class == CharacterClass::number ? next : run_end(text, next, first_class);
  }
  const auto starts_piece = [&](CharacterClass value) {  // whether the piece may include the space before it
    return value != CharacterClass::space && !(digits_alone && value == CharacterClass::number);
  };
  if (text[begin] == ' ' && begin + 1 < text.size()) {
    const CodePoint second = code_point_at(text.data(), begin + 1);
    const CharacterClass second_class = table_[second.value];
    if (starts_piece(second_class)) { return run_end(text, begin + 1 + second.bytes, second_class); }
  }
  const std::size_t end = run_end(text, begin + first.bytes, CharacterClass::space);
  const bool last = end == text.size() ||
                    (digits_alone && table_[code_point_at(text.data(), end).value] == CharacterClass::number);
  return space_end(text, begin, end, last);
}

std::size_t PreTokenizer::qwen2_end(std::string_view text, std::size_t begin) const {
  if (const std::size_t length = contraction_length(text, begin, true)) { return begin + length; }
  const CodePoint first = code_point_at(text.data(), begin);
  const CharacterClass first_class = table_[first.value];
  const std::size_t next = begin + first.bytes;
  if (first_class == CharacterClass::letter) { return run_end(text, next, CharacterClass::letter); }
  if (first_class == CharacterClass::number) {
    std::size_t end = next;
    for (int count = 1; pattern_ == Pattern::llama3 && count < 3 && end < text.size(); ++count) {
      const CodePoint c = code_point_at(text.data(), end);
      if (table_[c.value] != CharacterClass::number) { break; }
      end += c.bytes;
    }
    return end;
  }
  CharacterClass second_class =
      CharacterClass::space;  // also used at the end of the text: neither starts a piece
  std::size_t second_end = next;
  if (next < text.size()) {
    const CodePoint second = code_point_at(text.data(), next);
    second_class = table_[second.value];
    second_end = next + second.bytes;
  }
  if (second_class == CharacterClass::letter && !is_newline(text[begin])) {
    return run_end(text, second_end, CharacterClass::letter);
  }
  const auto with_newlines = [&](std::size_t end) {
    while (end < text.size() && is_newline(text[end])) { ++end; }
    return end;
  };
  if (first_class == CharacterClass::other) {
    return with_newlines(run_end(text, next, CharacterClass::other));
  }
  if (text[begin] == ' ' && second_class == CharacterClass::other) {
    return with_newlines(run_end(text, second_end, CharacterClass::other));
  }
  const std::size_t end = run_end(text, next, CharacterClass::space);
  for (std::size_t i = end; i > begin; --i) {
    if (is_newline(text[i - 1])) { return i; }
  }
  return space_end(text, begin, end, end == text.size());
}

}  // namespace srl::text
