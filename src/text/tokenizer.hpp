#pragma once
// Byte-level BPE from tokenizer.json, or from vocab.json + merges.txt + tokenizer_config.json. Thread-safe once loaded.
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

class Tokenizer {
 public:
  /// From a Hugging Face model folder. BadInput naming the file and what in it is missing or not supported.
  static Tokenizer load(const std::filesystem::path& folder);
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  /// Added and special tokens inside the text are recognised (as tokenizers' encode does). Nothing is put before or after the text.
  std::vector<TokenId> encode(std::string_view utf8) const;
  /// Bytes of the ids, invalid UTF-8 kept as it is (repair_utf8 makes it text). Unknown ids throw BadInput.
  std::string decode(std::span<const TokenId> ids, bool skip_special = false) const;
  std::optional<TokenId> id_of(std::string_view token) const;   ///< of a whole token as written in the file
  std::string_view bytes_of(TokenId id) const;                  ///< decoded bytes of one id
  bool is_special(TokenId id) const;
  std::size_t size() const;   ///< highest id + 1
  /// Files that make up the tokenizer, to be carried along on export.
  static std::vector<std::string> file_names();

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::text
