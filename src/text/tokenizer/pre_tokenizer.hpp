#pragma once
// Pre-tokenization: splits a text into pieces, and BPE merges only inside a piece. Each known pattern has a
// hand-written scanner instead of a regex engine. It gives the same result as the regular expression
// (leftmost, alternatives in order, greedy with backtracking).
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "text/tokenizer/character_class.hpp"

namespace srl::text {

enum class Pattern {
  gpt2,    ///< '(s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  smollm,  ///< each digit is one piece; gpt2 for the text between digits
  qwen2,   ///< (?i:'(s|…))|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
  llama3,  ///< as qwen2 with \p{N}{1,3}
};

/// The regular expressions as written in tokenizer.json.
std::string_view gpt2_regex();
std::string_view qwen2_regex();
std::string_view llama3_regex();
/// The pattern with this regular expression, or nothing.
std::optional<Pattern> pattern_of_regex(std::string_view regex);

class PreTokenizer {
 public:
  explicit PreTokenizer(Pattern pattern) : pattern_(pattern), table_(pattern == Pattern::smollm) {}
  /// End of the piece that begins at `begin` (< text.size()); text is valid UTF-8.
  std::size_t piece_end(std::string_view text, std::size_t begin) const {
    return pattern_ == Pattern::gpt2 || pattern_ == Pattern::smollm ? gpt2_end(text, begin)
                                                                    : qwen2_end(text, begin);
  }

 private:
  std::size_t gpt2_end(std::string_view text, std::size_t begin) const;
  std::size_t qwen2_end(std::string_view text, std::size_t begin) const;
  /// End of the run of characters of class `value` that starts at `at`.
  std::size_t run_end(std::string_view text, std::size_t at, CharacterClass value) const;

  Pattern pattern_;
  CharacterTable table_;
};

}  // namespace srl::text
