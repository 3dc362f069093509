#pragma once
// The tokens of a vocabulary: the bytes of an id, the id of bytes, and which pieces of text are a single
// token.
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/tokenizer/bpe.hpp"
#include "text/tokenizer/byte_level.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::text {

class TokenTable {
 public:
  /// Throws BadInput if an id has two tokens or a token has two ids.
  explicit TokenTable(const TokenizerFiles& files);
  /// Marks the tokens whose own bytes the merges join to this single token (nearly all tokens), or, with
  /// ignore_merges, every token of the model.
  void mark_whole(const Bpe& bpe, bool ignore_merges);

  bool has(TokenId id) const { return in_range(id) && tokens_[id].exists; }
  bool is_special(TokenId id) const { return in_range(id) && tokens_[id].special; }
  std::string_view bytes_of(TokenId id) const;
  std::optional<TokenId> id_of(std::string_view written) const;
  /// The model's token (not an added token) with exactly these bytes.
  std::optional<TokenId> find(std::string_view bytes) const;
  /// The id of a piece that is a single token, or -1 if the piece must be merged.
  TokenId whole(std::string_view bytes) const {
    const TokenId id = lookup(bytes);
    return id >= 0 && tokens_[id].whole ? id : -1;
  }
  std::size_t size() const { return tokens_.size(); }

 private:
  struct Token {
    std::uint32_t begin = 0, length = 0;  ///< in arena_
    bool exists = false, special = false, whole = false;
  };
  struct Slot {
    std::uint32_t tag = 0;  ///< upper half of the hash
    TokenId id = -1;
  };
  bool in_range(TokenId id) const { return id >= 0 && id < std::ssize(tokens_); }
  std::string_view view(TokenId id) const {
    const Token& token = tokens_[id];
    return {arena_.data() + token.begin, token.length};
  }
  TokenId lookup(std::string_view bytes) const;
  void index(TokenId id);
  void store(const std::filesystem::path& file, TokenId id, std::string_view written, std::string_view bytes);

  ByteAlphabet alphabet_;
  std::vector<Token> tokens_;  ///< by id
  std::string arena_;
  std::vector<Slot>
      slots_;  ///< hash table of model tokens by bytes; open addressing, size 2^n, at most half full
  std::uint64_t mask_ = 0;
  std::unordered_map<std::string, TokenId>
      written_;  ///< by written form: added tokens, and tokens outside the byte alphabet
};

}  // namespace srl::text
