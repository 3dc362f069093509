#pragma once
// Pre-tokenization: cuts a text into the pieces within which BPE merges. Hand-written scanners of the known
// patterns, each equal to its regular expression (leftmost, alternatives in order, greedy with backtracking),
// without a regex engine.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "text/tokenizer/character_class.hpp"

namespace srl::text {

enum class Pattern {
  gpt2,    ///< '(s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  smollm,  ///< every digit alone, then gpt2 on what is between
  qwen2,   ///< (?i:'(s|…))|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
  llama3,  ///< as qwen2 with \p{N}{1,3}
};

/// The regular expressions as tokenizer.json writes them.
std::string_view gpt2_regex();
std::string_view qwen2_regex();
std::string_view llama3_regex();
/// The pattern whose regular expression this is.
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
  /// End of the run of characters of one class from `at` on.
  std::size_t run_end(std::string_view text, std::size_t at, CharacterClass value) const;

  Pattern pattern_;
  CharacterTable table_;
};

}  // namespace srl::text
