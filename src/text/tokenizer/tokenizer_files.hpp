#pragma once
// The checked content of a model folder's tokenizer files, from which a Tokenizer is built. Anything that
// this program does not support throws BadInput with the file and the field, because a tokenizer that is
// almost right would ruin the training silently.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "text/folder_texts.hpp"
#include "text/tokenizer/bpe.hpp"
#include "text/tokenizer/pre_tokenizer.hpp"

namespace srl::text {

/// A token that is found in the text before BPE. The flags are those of AddedToken in Hugging Face
/// tokenizers.
struct AddedToken {
  TokenId id = 0;
  std::string content;
  bool special = false;      ///< skipped when decoding with skip_special
  bool normalized = false;   ///< searched for in the normalised text instead of the original
  bool lstrip = false;       ///< includes the white space on its left
  bool rstrip = false;       ///< includes the white space on its right
  bool single_word = false;  ///< matches only without a word character next to it
};

struct TokenizerFiles {
  std::filesystem::path file;                               ///< for messages
  std::vector<std::pair<std::string, TokenId>> vocabulary;  ///< tokens as written, in the byte alphabet
  std::vector<std::pair<std::string, std::string>> merges;
  std::vector<AddedToken> added;
  std::string unknown;  ///< token for bytes that the vocabulary lacks; empty = they are dropped
  Pattern pattern = Pattern::gpt2;
  bool nfc = false;
  bool ignore_merges = false;  ///< a piece that equals a token is that token, without merging
  std::string begin_token;     ///< token that the post-processor puts before every text; may be empty
};

TokenizerFiles read_tokenizer_json(const FolderTexts& folder);
TokenizerFiles parse_tokenizer_json(std::string_view text,
                                    const std::filesystem::path& file);  ///< `file` is only for messages
/// Reads vocab.json, merges.txt and tokenizer_config.json, and added_tokens.json and special_tokens_map.json
/// if present.
TokenizerFiles read_vocabulary_and_merges(const FolderTexts& folder);
/// Reads tokenizer.json if it exists, else the older form.
TokenizerFiles read_tokenizer_files(const FolderTexts& folder);

/// Adds the missing tokens of added_tokens_decoder in tokenizer_config.json, as transformers does.
void add_configured_tokens(TokenizerFiles& files, const std::filesystem::path& config_file,
                           const Json& config);

}  // namespace srl::text
