#pragma once
// Finds added tokens in a text as Hugging Face tokenizers does: the leftmost match, the longest if several
// start there, without overlaps.
#include <array>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::text {

class AddedTokenFinder {
 public:
  AddedTokenFinder() { root_.fill(-1); }
  void add(const AddedToken& token);
  bool empty() const { return tokens_.empty(); }
  /// Calls on_text(part) and on_token(id) from left to right. `text` is valid UTF-8. Parts are not empty.
  void split(std::string_view text, const std::function<void(std::string_view)>& on_text,
             const std::function<void(TokenId)>& on_token) const;

 private:
  struct Node {
    std::vector<std::pair<char, std::int32_t>> children;  ///< sorted by byte
    std::int32_t token = -1;                              ///< index into tokens_, -1 = no token ends here
  };
  struct Flags {
    TokenId id;
    bool lstrip, rstrip, single_word;
  };
  /// Index of the longest token that begins at `at`, and its end. The index is -1 if there is none.
  std::pair<std::int32_t, std::size_t> longest_at(std::string_view text, std::size_t at) const;

  std::array<std::int32_t, 256> root_;  ///< node of the first byte, -1 = none
  std::vector<Node> nodes_;
  std::vector<Flags> tokens_;
};

}  // namespace srl::text
