#pragma once
// Writes a GGUF file's tokenizer (metadata keys tokenizer.ggml.*) as tokenizer.json and
// tokenizer_config.json, which our Tokenizer and transformers can load.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace srl::text {

struct GgufTokenizer {
  std::vector<std::string> tokens;  ///< by id, written in the byte alphabet
  std::vector<std::string> merges;  ///< "left right", by rank
  std::vector<int>
      token_types;  ///< 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; empty = all normal
  std::string pre;  ///< smollm, qwen2, llama-bpe, gpt-2
  std::string chat_template;                                    ///< empty = none
  std::int64_t bos = -1, eos = -1, unknown = -1, padding = -1;  ///< ids, -1 = none
};

/// Throws BadInput for an unknown `pre`, byte tokens (a SentencePiece vocabulary), or ids outside the
/// vocabulary.
void write_tokenizer_files(const GgufTokenizer& tokenizer, const std::filesystem::path& folder);

}  // namespace srl::text
