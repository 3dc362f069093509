#pragma once
// Byte-level BPE from tokenizer.json, or from vocab.json + merges.txt + tokenizer_config.json. Thread-safe
// once loaded.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace srl::text {

using TokenId = std::int32_t;
struct TokenizerFiles;

class Tokenizer {
 public:
  /// From a Hugging Face model folder. BadInput naming the file and what in it is missing or not supported.
  static Tokenizer load(const std::filesystem::path& folder);
  explicit Tokenizer(const TokenizerFiles& files);
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Added and special tokens inside the text are recognised (as tokenizers' encode does). Nothing is put
  /// before or after the text. Invalid UTF-8 counts as U+FFFD (repair_utf8).
  std::vector<TokenId> encode(std::string_view utf8) const;
  void encode(std::string_view utf8, std::vector<TokenId>& ids) const;  ///< appends
  /// Bytes of the ids, invalid UTF-8 kept as it is (repair_utf8 makes it text). Ids without a token (a
  /// model's vocabulary may be padded beyond the tokenizer's) give nothing, as in transformers: ask has()
  /// where that matters.
  std::string decode(std::span<const TokenId> ids, bool skip_special = false) const;
  bool has(TokenId id) const;
  std::optional<TokenId> id_of(std::string_view token) const;  ///< of a whole token as written in the file
  std::string_view bytes_of(TokenId id) const;  ///< decoded bytes of one id; empty when it has no token
  bool is_special(TokenId id) const;
  std::size_t size() const;  ///< highest id + 1
  /// What the file's post-processor puts before every text (Llama 3: <|begin_of_text|>), as text; empty when
  /// nothing.
  const std::string& begin_text() const;
  /// Files that make up the tokenizer, to be carried along on export.
  static std::vector<std::string> file_names();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Decodes an answer token by token: what push() and finish() return, joined, is repair_utf8(decode(all
/// ids)).
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer, bool skip_special = false)
      : tokenizer_(&tokenizer), skip_special_(skip_special) {}
  /// The text that is certain once this id is known; a character cut by the token boundary waits for its
  /// rest.
  std::string push(TokenId id);
  std::string finish();  ///< what is left, an incomplete character as U+FFFD

 private:
  const Tokenizer* tokenizer_;
  bool skip_special_;
  std::string pending_;
};

}  // namespace srl::text
