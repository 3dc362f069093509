#include "text/gguf_tokenizer.hpp"

#include <initializer_list>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "text/tokenizer/pre_tokenizer.hpp"

namespace srl::text {
namespace {

enum TokenType { normal = 1, unknown_type = 2, control = 3, user_defined = 4, unused = 5, byte_type = 6 };

Json object(std::initializer_list<std::pair<std::string, Json>> fields) {
  return Json(Json::Object(fields));
}

Json byte_level(bool use_regex) {
  return object(
      {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", use_regex}});
}

Json split_by(std::string_view regex) {
  const Json split = object({{"type", "Split"},
                             {"pattern", object({{"Regex", Json(regex)}})},
                             {"behavior", "Isolated"},
                             {"invert", false}});
  return object({{"type", "Sequence"}, {"pretokenizers", Json(Json::Array{split, byte_level(false)})}});
}

struct Normalization {
  Json pre_tokenizer;
  bool nfc = false, ignore_merges = false;
};

/// Maps the names of llama.cpp (tokenizer.ggml.pre) to what models of that name have in their tokenizer.json.
Normalization pre_tokenizer_of(const std::string& pre) {
  if (pre == "gpt-2") { return {byte_level(true)}; }
  if (pre == "qwen2") { return {split_by(qwen2_regex()), true}; }
  if (pre == "llama-bpe") { return {split_by(llama3_regex()), false, true}; }
  if (pre == "smollm") {
    const Json digits = object({{"type", "Digits"}, {"individual_digits", true}});
    return {object({{"type", "Sequence"}, {"pretokenizers", Json(Json::Array{digits, byte_level(true)})}})};
  }
  throw BadInput(
      cat("tokenizer.ggml.pre = \"", pre, "\" is not supported (known: smollm, qwen2, llama-bpe, gpt-2)"));
}

/// The tokens as in tokenizer.json: the model's vocabulary and the added tokens.
struct Tokens {
  Json::Object vocabulary;
  Json::Array added;
};

Tokens tokens_of(const GgufTokenizer& tokenizer) {
  if (!tokenizer.token_types.empty() && tokenizer.token_types.size() != tokenizer.tokens.size()) {
    throw BadInput(cat("tokenizer.ggml.token_type has ", tokenizer.token_types.size(), " entries for ",
                       tokenizer.tokens.size(), " tokens"));
  }
  Tokens result;
  for (std::size_t id = 0; id < tokenizer.tokens.size(); ++id) {
    const std::string& token = tokenizer.tokens[id];
    const int type = tokenizer.token_types.empty() ? normal : tokenizer.token_types[id];
    if (type == byte_type) {
      throw BadInput(
          "tokenizer.ggml.token_type has byte tokens: a SentencePiece vocabulary is not supported");
    }
    if (type < normal || type > byte_type) {
      throw BadInput(cat("tokenizer.ggml.token_type of token ", id, " is ", type, ", not 1 to 6"));
    }
    if (type == unused) {
      continue;  // padding of the embedding matrix, not a token
    }
    result.vocabulary.emplace_back(token, id);
    if (type == normal) { continue; }
    result.added.push_back(object({{"id", id},
                                   {"content", token},
                                   {"single_word", false},
                                   {"lstrip", false},
                                   {"rstrip", false},
                                   {"normalized", false},
                                   {"special", type != user_defined}}));
  }
  return result;
}

Json tokenizer_json(const GgufTokenizer& tokenizer) {
  const Normalization pre = pre_tokenizer_of(tokenizer.pre);
  Tokens tokens = tokens_of(tokenizer);
  const Json model = object({{"type", "BPE"},
                             {"dropout", nullptr},
                             {"unk_token", nullptr},
                             {"continuing_subword_prefix", nullptr},
                             {"end_of_word_suffix", nullptr},
                             {"fuse_unk", false},
                             {"byte_fallback", false},
                             {"ignore_merges", pre.ignore_merges},
                             {"vocab", Json(std::move(tokens.vocabulary))},
                             {"merges", Json(tokenizer.merges)}});
  return object({{"version", "1.0"},
                 {"truncation", nullptr},
                 {"padding", nullptr},
                 {"added_tokens", Json(std::move(tokens.added))},
                 {"normalizer", pre.nfc ? object({{"type", "NFC"}}) : Json()},
                 {"pre_tokenizer", pre.pre_tokenizer},
                 {"post_processor", byte_level(true)},
                 {"decoder", byte_level(true)},
                 {"model", model}});
}

Json tokenizer_config_json(const GgufTokenizer& tokenizer) {
  Json config = object({{"tokenizer_class", "PreTrainedTokenizerFast"},
                        {"add_prefix_space", false},
                        {"clean_up_tokenization_spaces", false}});
  const auto name = [&](const char* key, std::int64_t id) {
    if (id < 0) { return; }
    if (id >= std::ssize(tokenizer.tokens)) {
      throw BadInput(
          cat("tokenizer.ggml: ", key, " is ", id, ", but there are ", tokenizer.tokens.size(), " tokens"));
    }
    config[key] = tokenizer.tokens[id];
  };
  name("bos_token", tokenizer.bos);
  name("eos_token", tokenizer.eos);
  name("unk_token", tokenizer.unknown);
  name("pad_token", tokenizer.padding);
  if (!tokenizer.chat_template.empty()) { config["chat_template"] = tokenizer.chat_template; }
  return config;
}

}  // namespace

void write_tokenizer_files(const GgufTokenizer& tokenizer, const std::filesystem::path& folder) {
  const Json file = tokenizer_json(tokenizer), config = tokenizer_config_json(tokenizer);
  make_folders(folder);
  write_file_atomically(folder / "tokenizer.json", file.dump());
  write_file_atomically(folder / "tokenizer_config.json", config.dump(2) + "\n");
}

}  // namespace srl::text
