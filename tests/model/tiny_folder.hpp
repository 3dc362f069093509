#pragma once
// A temporary Hugging Face folder of a tiny model.
#include <string>

#include "base/json.hpp"
#include "support/temporary_folder.hpp"

namespace srl::model {

using test::TemporaryFolder;

/// config.json of a tiny model of each architecture: "llama", "qwen2", "qwen3".
inline Json tiny_config(const std::string& type) {
  const std::string name = type == "llama" ? "Llama" : type == "qwen2" ? "Qwen2" : "Qwen3";
  Json config = Json::Object{{"architectures", Json(std::vector<std::string>{name + "ForCausalLM"})},
                             {"model_type", type},
                             {"vocab_size", 37},
                             {"hidden_size", 16},
                             {"num_hidden_layers", 2},
                             {"num_attention_heads", 4},
                             {"num_key_value_heads", 2},
                             {"intermediate_size", 24},
                             {"max_position_embeddings", 128},
                             {"rms_norm_eps", 1e-5},
                             {"rope_theta", 10000.0},
                             {"hidden_act", "silu"},
                             {"tie_word_embeddings", type != "qwen2"},
                             {"torch_dtype", "float32"}};
  if (type == "qwen3") { config["head_dim"] = 6; }
  return config;
}

}  // namespace srl::model
