#include "model/initial.hpp"

#include <cstdint>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "model/files/export.hpp"
#include "text/gguf_tokenizer.hpp"

namespace srl::model {
namespace {

/// The byte alphabet of GPT-2: printable Latin-1 bytes stay as they are; other bytes become U+0100, U+0101
/// and so on.
std::string byte_letter(int byte) {
  const auto printable = [](int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
  };
  if (printable(byte)) { return encode_utf8(std::u32string(1, static_cast<char32_t>(byte))); }
  int before = 0;
  for (int b = 0; b < byte; ++b) { before += printable(b) ? 0 : 1; }
  return encode_utf8(std::u32string(1, static_cast<char32_t>(256 + before)));
}

/// A tokenizer with the 256 bytes, ChatML's two marks, an end of text, and `words`.
text::GgufTokenizer byte_tokenizer(const std::vector<std::string>& words) {
  text::GgufTokenizer tokenizer;
  tokenizer.tokens = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
  tokenizer.token_types = {3, 3, 3};
  for (int byte = 0; byte < 256; ++byte) {
    tokenizer.tokens.push_back(byte_letter(byte));
    tokenizer.token_types.push_back(1);
  }
  std::set<std::string> known(tokenizer.tokens.begin(), tokenizer.tokens.end());
  for (const std::string& word : words) {
    if (!known.insert(word).second) {
      throw BadInput(cat("the word '", word, "' is already a token: remove it from the list of words"));
    }
    tokenizer.tokens.push_back(word);
    tokenizer.token_types.push_back(4);  // user-defined: recognised as one token in any text
  }
  tokenizer.pre = "gpt-2";
  tokenizer.bos = 1;
  tokenizer.eos = 2;
  tokenizer.padding = 0;
  return tokenizer;
}

}  // namespace

void write_mini_model(const std::filesystem::path& target_folder, const std::vector<std::string>& words,
                      std::uint64_t seed) {
  const text::GgufTokenizer tokenizer = byte_tokenizer(words);
  Json config = Json::object();
  config["architectures"] = Json(std::vector<std::string>{"LlamaForCausalLM"});
  config["model_type"] = "llama";
  config["vocab_size"] = std::ssize(tokenizer.tokens);
  config["hidden_size"] = 96;
  config["intermediate_size"] = 256;
  config["num_hidden_layers"] = 3;
  config["num_attention_heads"] = 4;
  config["num_key_value_heads"] = 4;
  config["max_position_embeddings"] = 2048;
  config["rms_norm_eps"] = 1e-5;
  config["rope_theta"] = 10000.0;
  config["hidden_act"] = "silu";
  config["tie_word_embeddings"] = false;
  config["torch_dtype"] = "float32";
  config["bos_token_id"] = tokenizer.bos;
  config["eos_token_id"] = tokenizer.eos;
  NewFolder folder(target_folder);
  text::write_tokenizer_files(tokenizer, folder.path());
  write_file_atomically(folder.path() / "config.json", config.dump(2) + "\n");
  write_parameters(random_parameters(parse_config(config, "mini"), Dtype::fp32, seed),
                   folder.path() / "model.safetensors", Dtype::fp32);
  folder.finish();
}

void write_random_model(const std::filesystem::path& source_folder,
                        const std::filesystem::path& target_folder, std::uint64_t seed, Dtype dtype) {
  export_model(random_parameters(read_config(source_folder), Dtype::fp32, seed), source_folder, target_folder,
               dtype);
}

}  // namespace srl::model
