#pragma once
// How text passes through this room:
//   messages → chat_template.hpp makes one string → encode() makes ids → the model
//   the model → ids → decode() makes bytes → sampled_text() makes valid UTF-8
// encode() splits the text at added tokens, then by the tokenizer's pattern, then joins bytes by merges
// (byte-level BPE). A tokenizer is loaded from tokenizer.json, or from vocab.json, merges.txt and
// tokenizer_config.json. It is thread-safe once loaded.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/folder_texts.hpp"

namespace srl::text {

using TokenId = std::int32_t;
struct TokenizerFiles;

class Tokenizer {
 public:
  /// Loads from a Hugging Face model folder. Throws BadInput with the file and what is missing or not
  /// supported.
  static Tokenizer load(const FolderTexts& folder);
  explicit Tokenizer(const TokenizerFiles& files);
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Recognises added and special tokens inside the text (as encode of Hugging Face tokenizers does). Adds
  /// nothing before or after the text. Invalid UTF-8 counts as U+FFFD (repair_utf8).
  std::vector<TokenId> encode(std::string_view utf8) const;
  void encode(std::string_view utf8, std::vector<TokenId>& ids) const;  ///< appends
  /// The bytes of the ids, which may be invalid UTF-8 (repair_utf8 fixes it). Ids without a token give no
  /// bytes, as in transformers, because a model's vocabulary may be padded beyond the tokenizer's. has()
  /// tests an id.
  std::string decode(std::span<const TokenId> ids, bool skip_special = false) const;
  /// The text of a sampled completion: decode() without special tokens, repaired to valid UTF-8. Use it for
  /// all sampled text, so that no later check is needed.
  std::string sampled_text(std::span<const TokenId> ids) const;
  bool has(TokenId id) const;
  std::optional<TokenId> id_of(std::string_view token) const;  ///< of a whole token as written in the file
  std::string_view bytes_of(TokenId id) const;  ///< decoded bytes of one id; empty if it has no token
  bool is_special(TokenId id) const;
  std::size_t size() const;  ///< highest id + 1
  /// The token that the file's post-processor puts before every text (Llama 3: <|begin_of_text|>), as text.
  /// Empty if there is none.
  const std::string& begin_text() const;
  /// The names of the tokenizer's files, which an export copies.
  static std::vector<std::string> file_names();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Decodes a completion token by token. The concatenated results of push() and finish() equal
/// repair_utf8(decode(all ids)).
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer, bool skip_special = false)
      : tokenizer_(&tokenizer), skip_special_(skip_special) {}
  /// The new text that this id completes. A character that is split over tokens is returned when it is
  /// complete.
  std::string push(TokenId id);
  std::string finish();  ///< the remaining text; an incomplete character becomes U+FFFD

 private:
  const Tokenizer* tokenizer_;
  bool skip_special_;
  std::string pending_;
};

}  // namespace srl::text
