#pragma once
// The words in which two texts differ.
#include <string_view>
#include <vector>

namespace srl::analysis {

/// A word, one other character, or a piece of white space.
struct Word {
  std::string_view text;
  bool common = false;  ///< also in the other text, in the same order
};
struct WordDiff {
  std::vector<Word> a, b;
};

/// A longest common subsequence of words, after the common beginning and end. Where more than 1,000 words are
/// left on one side, all of them count as different. The texts must outlive the result.
WordDiff word_diff(std::string_view a, std::string_view b);

}  // namespace srl::analysis
