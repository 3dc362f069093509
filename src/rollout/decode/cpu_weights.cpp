#include "rollout/decode/cpu_weights.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

#include "rollout/decode/packed_weight.hpp"

namespace srl::rollout {
namespace {

CpuLayer make_layer(const model::Parameters& parameters, std::int64_t index) {
  const model::ModelConfig& config = parameters.config();
  const std::string prefix = "model.layers." + std::to_string(index) + ".";
  const auto weight = [&](const char* name) { return &parameters.view(prefix + name); };
  const auto data = [&](const char* name) { return parameters.view(prefix + name).data_ptr<float>(); };
  CpuLayer layer{Linear({weight("self_attn.q_proj.weight"), weight("self_attn.k_proj.weight"),
                         weight("self_attn.v_proj.weight")}),
                 Linear({weight("self_attn.o_proj.weight")}),
                 Linear({weight("mlp.gate_proj.weight"), weight("mlp.up_proj.weight")}),
                 Linear({weight("mlp.down_proj.weight")}),
                 data("input_layernorm.weight"),
                 data("post_attention_layernorm.weight"),
                 {}};
  layer.extra.eps = static_cast<float>(config.rms_eps);
  if (config.qkv_bias) {
    layer.extra.bias_q = data("self_attn.q_proj.bias");
    layer.extra.bias_k = data("self_attn.k_proj.bias");
    layer.extra.bias_v = data("self_attn.v_proj.bias");
  }
  if (config.qk_norm) {
    layer.extra.norm_q = data("self_attn.q_norm.weight");
    layer.extra.norm_k = data("self_attn.k_norm.weight");
  }
  return layer;
}

}  // namespace

CpuWeights::CpuWeights(const model::Parameters& parameters)
    : head_({&parameters.view(parameters.config().tied_embeddings ? "model.embed_tokens.weight"
                                                                  : "lm_head.weight")}),
      packs_(PackedWeight::available()) {
  for (std::int64_t i = 0; i < parameters.config().layers; ++i) {
    layers_.push_back(make_layer(parameters, i));
  }
}

template <class Body>
void CpuWeights::each(const Body& body) {
  for (CpuLayer& layer : layers_) {
    for (Linear* linear : {&layer.qkv, &layer.attention_out, &layer.gate_up, &layer.down}) { body(*linear); }
  }
  body(head_);
}

void CpuWeights::pack() {
  if (!packs_ || packed_) { return; }
  each([](Linear& linear) { linear.pack(); });
  packed_ = true;
}

void CpuWeights::unpack() {
  if (!packed_) { return; }
  each([](Linear& linear) { linear.unpack(); });
  packed_ = false;
}

bool CpuWeights::test_rows_now(std::int64_t most_rows) {
  const auto test = [&](Linear& linear, std::int64_t rows) {
    if (packs_) { linear.pack(); }
    const bool equal = rows_are_equal(linear, rows);
    linear.unpack();
    return equal;
  };
  bool equal = test(head_, std::min<std::int64_t>(most_rows, 64));
  if (layers_.empty()) { return equal; }
  CpuLayer& layer = layers_.front();
  for (Linear* linear : {&layer.qkv, &layer.attention_out, &layer.gate_up, &layer.down}) {
    equal = equal && test(*linear, most_rows);
  }
  return equal;
}

bool CpuWeights::test_rows(std::int64_t most_rows) {
  unpack();
  if (test_rows_now(most_rows)) { return true; }
  if (!packs_) { return false; }
  packs_ = false;
  return test_rows_now(most_rows);
}

}  // namespace srl::rollout
