#pragma once
// Shapes of the models that tests and benchmarks use.
#include "model/config.hpp"

namespace srl::test {

/// Vocabulary, hidden, layers, heads, key/value heads, head_dim, intermediate and positions, in the order of
/// ModelConfig.
using Sizes = std::array<std::int64_t, 8>;

inline model::ModelConfig model_of(std::string architecture, const Sizes& s) {
  model::ModelConfig config;
  config.architecture = std::move(architecture);
  config.vocab = s[0];
  config.hidden = s[1];
  config.layers = s[2];
  config.heads = s[3];
  config.kv_heads = s[4];
  config.head_dim = s[5];
  config.intermediate = s[6];
  config.max_positions = s[7];
  return config;
}

/// SmolLM2-135M, or the same model with fewer layers.
inline model::ModelConfig smollm2(std::int64_t layers = 30) {
  model::ModelConfig config = model_of("LlamaForCausalLM", {49152, 576, layers, 9, 3, 64, 1536, 8192});
  config.rms_eps = 1e-5;
  config.rope_theta = 100000;
  config.tied_embeddings = true;
  return config;
}

/// Qwen2.5-7B.
inline model::ModelConfig qwen2_7b() {
  model::ModelConfig config = model_of("Qwen2ForCausalLM", {152064, 3584, 28, 28, 4, 128, 18944, 32768});
  config.qkv_bias = true;
  return config;
}

}  // namespace srl::test
