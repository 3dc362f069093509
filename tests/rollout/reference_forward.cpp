#include "rollout/reference_forward.hpp"

#include <ATen/ATen.h>

#include <random>

#include "support/model_shapes.hpp"

namespace srl::rollout::test {
namespace {

at::Tensor norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  return x * (x.pow(2).mean(-1, true) + eps).rsqrt() * weight;
}

/// x is [tokens, heads, head_dim].
at::Tensor rotate(const at::Tensor& x, const at::Tensor& angles) {
  const at::Tensor cosine = at::cat({angles.cos(), angles.cos()}, -1).unsqueeze(1);
  const at::Tensor sine = at::cat({angles.sin(), angles.sin()}, -1).unsqueeze(1);
  const std::int64_t half = x.size(-1) / 2;
  const at::Tensor turned = at::cat({-x.slice(-1, half), x.slice(-1, 0, half)}, -1);
  return x * cosine + turned * sine;
}

}  // namespace

model::ModelConfig small_config(const std::string& architecture) {
  const std::int64_t head_dim = architecture == "Qwen3ForCausalLM" ? 12 : 8;
  model::ModelConfig config = srl::test::model_of(architecture, {203, 48, 3, 6, 2, head_dim, 100, 4096});
  config.rope_theta = 10000;
  config.tied_embeddings = architecture == "LlamaForCausalLM";
  config.qkv_bias = architecture == "Qwen2ForCausalLM";
  config.qk_norm = architecture == "Qwen3ForCausalLM";
  return config;
}

model::Parameters small_model(const model::ModelConfig& config, std::uint64_t seed) {
  model::Parameters parameters = model::random_parameters(config, model::Dtype::fp32, seed);
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(0, 1);
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    const model::ParameterInfo& info = parameters.layout()[i];
    float* values = parameters.view(i).data_ptr<float>();
    const bool matrix = info.shape.size() == 2;
    const bool bias = info.name.ends_with(".bias");
    for (std::int64_t j = 0; j < info.count; ++j) {
      values[j] = matrix ? 0.25f * normal(random)
                  : bias ? 0.3f * normal(random)
                         : 1.0f + 0.2f * normal(random);
    }
  }
  return parameters;
}

std::vector<std::vector<double>> reference_logprobs(const model::Parameters& parameters,
                                                    const std::vector<std::int32_t>& ids) {
  const model::ModelConfig& config = parameters.config();
  const auto weight = [&](const std::string& name) { return parameters.view(name).to(at::kDouble); };
  const auto tokens = std::ssize(ids);
  std::vector<std::int64_t> wide(ids.begin(), ids.end());
  at::Tensor x = weight("model.embed_tokens.weight").index_select(0, at::tensor(wide));
  const model::RopeTable table = model::rope_table(config);
  const at::Tensor angles =
      at::outer(at::arange(tokens, at::kDouble), at::tensor(table.inverse_frequencies, at::kDouble));
  const at::Tensor later = at::ones({tokens, tokens}, at::kBool).triu(1);
  for (std::int64_t l = 0; l < config.layers; ++l) {
    const std::string layer = "model.layers." + std::to_string(l) + ".";
    const at::Tensor h = norm(x, weight(layer + "input_layernorm.weight"), config.rms_eps);
    const auto project = [&](const std::string& name, std::int64_t heads) {
      at::Tensor y = h.matmul(weight(layer + "self_attn." + name + "_proj.weight").t());
      if (config.qkv_bias) { y = y + weight(layer + "self_attn." + name + "_proj.bias"); }
      return y.view({tokens, heads, config.head_dim});
    };
    at::Tensor q = project("q", config.heads), k = project("k", config.kv_heads);
    const at::Tensor v = project("v", config.kv_heads);
    if (config.qk_norm) {
      q = norm(q, weight(layer + "self_attn.q_norm.weight"), config.rms_eps);
      k = norm(k, weight(layer + "self_attn.k_norm.weight"), config.rms_eps);
    }
    q = rotate(q, angles).transpose(0, 1);
    const std::int64_t repeat = config.heads / config.kv_heads;
    const at::Tensor keys = rotate(k, angles).repeat_interleave(repeat, 1).transpose(0, 1);
    const at::Tensor values = v.repeat_interleave(repeat, 1).transpose(0, 1);
    const at::Tensor scores =
        (q.matmul(keys.transpose(1, 2)) / std::sqrt(static_cast<double>(config.head_dim)))
            .masked_fill(later, -std::numeric_limits<double>::infinity());
    const at::Tensor mixed =
        scores.softmax(-1).matmul(values).transpose(0, 1).reshape({tokens, config.heads * config.head_dim});
    x = x + mixed.matmul(weight(layer + "self_attn.o_proj.weight").t());
    const at::Tensor m = norm(x, weight(layer + "post_attention_layernorm.weight"), config.rms_eps);
    const at::Tensor gated = at::silu(m.matmul(weight(layer + "mlp.gate_proj.weight").t())) *
                             m.matmul(weight(layer + "mlp.up_proj.weight").t());
    x = x + gated.matmul(weight(layer + "mlp.down_proj.weight").t());
  }
  x = norm(x, weight("model.norm.weight"), config.rms_eps);
  const at::Tensor head = weight(config.tied_embeddings ? "model.embed_tokens.weight" : "lm_head.weight");
  const at::Tensor logprobs = x.matmul(head.t()).log_softmax(-1).contiguous();
  std::vector<std::vector<double>> result;
  for (std::int64_t t = 0; t < tokens; ++t) {
    const double* row = logprobs.data_ptr<double>() + t * config.vocab;
    result.emplace_back(row, row + config.vocab);
  }
  return result;
}

std::vector<std::int32_t> random_prompt(std::size_t length, std::int64_t vocabulary, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> ids(length);
  for (std::int32_t& id : ids) {
    id = static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary));
  }
  return ids;
}

}  // namespace srl::rollout::test
