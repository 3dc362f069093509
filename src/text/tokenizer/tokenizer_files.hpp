#pragma once
// What a model folder's tokenizer files say, checked but not yet built into a Tokenizer. Anything in them
// that this program does not do is a BadInput that names the file and the field: a tokenizer that is nearly
// right ruins training silently.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "text/tokenizer/bpe.hpp"
#include "text/tokenizer/pre_tokenizer.hpp"

namespace srl::text {

/// A token found in the text before BPE; the flags are those of Hugging Face tokenizers' AddedToken.
struct AddedToken {
  TokenId id = 0;
  std::string content;
  bool special = false;      ///< left out when decoding with skip_special
  bool normalized = false;   ///< sought in the normalised text rather than in the original
  bool lstrip = false;       ///< takes the white space on its left with it
  bool rstrip = false;       ///< … on its right
  bool single_word = false;  ///< only where no word character touches it
};

struct TokenizerFiles {
  std::filesystem::path file;                               ///< for messages
  std::vector<std::pair<std::string, TokenId>> vocabulary;  ///< tokens as written, in the byte alphabet
  std::vector<std::pair<std::string, std::string>> merges;
  std::vector<AddedToken> added;
  std::string unknown;  ///< token of bytes the vocabulary lacks; empty = they are dropped
  Pattern pattern = Pattern::gpt2;
  bool nfc = false;
  bool ignore_merges = false;  ///< a piece that is a token as a whole is that token
  std::string begin_token;     ///< what the post-processor puts before every text, empty when nothing
};

TokenizerFiles read_tokenizer_json(const std::filesystem::path& file);
TokenizerFiles parse_tokenizer_json(std::string_view text,
                                    const std::filesystem::path& file);  ///< `file` only names it
/// vocab.json, merges.txt and tokenizer_config.json, with added_tokens.json and special_tokens_map.json where
/// present.
TokenizerFiles read_vocabulary_and_merges(const std::filesystem::path& folder);
/// tokenizer.json where it exists, else the other form.
TokenizerFiles read_tokenizer_files(const std::filesystem::path& folder);

/// Adds tokens of tokenizer_config.json's added_tokens_decoder that are not there yet, as transformers does.
void add_configured_tokens(TokenizerFiles& files, const std::filesystem::path& config_file,
                           const Json& config);

}  // namespace srl::text
