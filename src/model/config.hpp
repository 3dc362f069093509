#pragma once
// Architecture of a decoder-only transformer, from a Hugging Face config.json.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "text/folder_texts.hpp"

namespace srl::model {

struct ModelConfig {
  std::string architecture;  ///< "LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"
  std::int64_t vocab = 0, hidden = 0, layers = 0, heads = 0, kv_heads = 0, head_dim = 0, intermediate = 0;
  std::int64_t max_positions = 0;
  double rms_eps = 1e-6, rope_theta = 10000.0;
  std::string rope_type = "default";  ///< default | llama3 | linear | yarn
  Json rope_scaling;                  ///< the file's object, for rope types other than default
  bool tied_embeddings = false, qkv_bias = false, qk_norm = false;
  std::vector<std::int64_t> eos_ids;
};
/// Reads config.json. BadInput naming file and field for anything missing or not supported. eos_ids come from
/// generation_config.json if it has them, else from config.json.
ModelConfig read_config(const text::FolderTexts& model_folder);
/// The same where another process has found out whether the saved head differs from the embedding.
ModelConfig read_config(const text::FolderTexts& model_folder, bool head_differs);
/// The same from a parsed config.json; `where` names it in messages.
ModelConfig parse_config(const Json& json, const std::string& where);
/// Token ids of a JSON value that is null, an integer or a list of integers (eos_token_id).
std::vector<std::int64_t> token_ids(const Json& value, const std::string& where);

/// Inverse frequencies [head_dim/2] and the scale of the cos and sin tables. The frequencies are rounded to
/// fp32 as in transformers, because models were trained with these.
struct RopeTable {
  std::vector<double> inverse_frequencies;
  double scale = 1.0;
};
RopeTable rope_table(const ModelConfig& config);
/// scale * cos and scale * sin of angle = position * frequency (the product rounded to fp32, as in
/// transformers), [head_dim/2] each. Generation and training call this one function, so they agree bit for
/// bit.
void rope_row(const RopeTable& table, std::int64_t position, double* cosine, double* sine);

}  // namespace srl::model
