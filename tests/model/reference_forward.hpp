#pragma once
// A second, plain forward of the same architectures, written with whole-sequence LibTorch operations in fp64
// and a dense attention mask: the independent source that the packed forward is compared with.
#include <ATen/ATen.h>

#include "model/pack.hpp"

namespace srl::model {

/// Logits [tokens, vocabulary] of a pack.
inline at::Tensor reference_logits(const Parameters& parameters, const Pack& pack) {
  const ModelConfig& config = parameters.config();
  const std::int64_t tokens = std::ssize(pack.ids), d = config.head_dim;
  at::Tensor ids = at::empty({tokens}, at::kLong), mask = at::full({tokens, tokens}, -INFINITY, at::kDouble);
  at::Tensor cosine = at::empty({tokens, d}, at::kDouble), sine = at::empty({tokens, d}, at::kDouble);
  const RopeTable table = rope_table(config);
  std::vector<double> c(static_cast<std::size_t>(d / 2)), s(c);
  for (const Segment& segment : pack.segments) {
    for (std::int64_t i = 0; i < segment.length; ++i) {
      const std::int64_t t = segment.begin + i;
      ids[t] = static_cast<std::int64_t>(pack.ids[static_cast<std::size_t>(t)]);
      mask[t].slice(0, segment.begin, t + 1).fill_(0);
      for (std::int64_t p = segment.parent; p >= 0; p = pack.segments[static_cast<std::size_t>(p)].parent) {
        const Segment& parent = pack.segments[static_cast<std::size_t>(p)];
        mask[t].slice(0, parent.begin, parent.begin + parent.length).fill_(0);
      }
      rope_row(table, segment.position + i, c.data(), s.data());
      for (std::int64_t j = 0; j < d; ++j) {
        cosine[t][j] = c[static_cast<std::size_t>(j % (d / 2))];
        sine[t][j] = s[static_cast<std::size_t>(j % (d / 2))];
      }
    }
  }
  const auto weight = [&](const std::string& name) { return parameters.view(name).to(at::kDouble); };
  const auto norm = [&](const at::Tensor& x, const std::string& name) {
    return x * at::rsqrt(x.pow(2).mean(-1, true) + config.rms_eps) * weight(name);
  };
  const auto rope = [&](const at::Tensor& x) {  // [heads, tokens, d]
    const at::Tensor half = at::cat({-x.slice(2, d / 2), x.slice(2, 0, d / 2)}, 2);
    return x * cosine + half * sine;
  };
  at::Tensor x = weight("model.embed_tokens.weight").index_select(0, ids);
  for (std::int64_t l = 0; l < config.layers; ++l) {
    const std::string layer = "model.layers." + std::to_string(l) + ".", attention = layer + "self_attn.";
    const at::Tensor input = norm(x, layer + "input_layernorm.weight");
    const auto project = [&](const std::string& which, std::int64_t heads) {
      at::Tensor y = at::matmul(input, weight(attention + which + "_proj.weight").t());
      if (config.qkv_bias) { y = y + weight(attention + which + "_proj.bias"); }
      return y.view({tokens, heads, d}).transpose(0, 1);
    };
    at::Tensor q = project("q", config.heads), k = project("k", config.kv_heads),
               v = project("v", config.kv_heads);
    if (config.qk_norm) {
      q = norm(q, attention + "q_norm.weight");
      k = norm(k, attention + "k_norm.weight");
    }
    const std::int64_t repeats = config.heads / config.kv_heads;
    q = rope(q);
    k = rope(k).repeat_interleave(repeats, 0);
    v = v.repeat_interleave(repeats, 0);
    const at::Tensor scores = at::matmul(q, k.transpose(1, 2)) / std::sqrt(static_cast<double>(d)) + mask;
    const at::Tensor mixed =
        at::matmul(at::softmax(scores, -1), v).transpose(0, 1).reshape({tokens, config.heads * d});
    x = x + at::matmul(mixed, weight(attention + "o_proj.weight").t());
    const at::Tensor middle = norm(x, layer + "post_attention_layernorm.weight");
    const at::Tensor gate = at::matmul(middle, weight(layer + "mlp.gate_proj.weight").t());
    const at::Tensor up = at::matmul(middle, weight(layer + "mlp.up_proj.weight").t());
    x = x + at::matmul(at::silu(gate) * up, weight(layer + "mlp.down_proj.weight").t());
  }
  const at::Tensor head = weight(config.tied_embeddings ? "model.embed_tokens.weight" : "lm_head.weight");
  return at::matmul(norm(x, "model.norm.weight"), head.t());
}

}  // namespace srl::model
