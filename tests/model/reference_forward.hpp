#pragma once
// An independent, plain forward of the same architectures, with which the packed forward is compared. It uses
// LibTorch operations on whole sequences in fp64 and a dense attention mask.
#include <ATen/ATen.h>

#include "model/pack.hpp"

namespace srl::model {

/// The ids, attention mask and rotary angles that follow from a pack's segments.
struct Layout {
  at::Tensor ids;   ///< [tokens]
  at::Tensor mask;  ///< [tokens, tokens] 0 where the row's token sees the column's token, else minus infinity
  at::Tensor cosine, sine;  ///< [tokens, head_dim]
};

inline Layout layout_of(const Pack& pack, const ModelConfig& config) {
  const std::int64_t tokens = std::ssize(pack.ids), d = config.head_dim;
  Layout layout{at::empty({tokens}, at::kLong), at::full({tokens, tokens}, -INFINITY, at::kDouble),
                at::empty({tokens, d}, at::kDouble), at::empty({tokens, d}, at::kDouble)};
  const RopeTable table = rope_table(config);
  std::vector<double> c(d / 2), s(c);
  for (const Segment& segment : pack.segments) {
    for (std::int64_t i = 0; i < segment.length; ++i) {
      const std::int64_t t = segment.begin + i;
      layout.ids[t] = std::int64_t{pack.ids[t]};
      layout.mask[t].slice(0, segment.begin, t + 1).fill_(0);
      for (std::int64_t p = segment.parent; p >= 0; p = pack.segments[p].parent) {
        const Segment& parent = pack.segments[p];
        layout.mask[t].slice(0, parent.begin, parent.begin + parent.length).fill_(0);
      }
      rope_row(table, segment.position + i, c.data(), s.data());
      for (std::int64_t j = 0; j < d; ++j) {
        layout.cosine[t][j] = c[j % (d / 2)];
        layout.sine[t][j] = s[j % (d / 2)];
      }
    }
  }
  return layout;
}

/// Logits [tokens, vocabulary] of a pack.
inline at::Tensor reference_logits(const Parameters& parameters, const Pack& pack) {
  const ModelConfig& config = parameters.config();
  const std::int64_t tokens = std::ssize(pack.ids), d = config.head_dim;
  const Layout layout = layout_of(pack, config);
  const auto weight = [&](const std::string& name) { return parameters.view(name).to(at::kDouble); };
  const auto norm = [&](const at::Tensor& x, const std::string& name) {
    return x * at::rsqrt(x.pow(2).mean(-1, true) + config.rms_eps) * weight(name);
  };
  const auto rope = [&](const at::Tensor& x) {  // [heads, tokens, d]
    const at::Tensor half = at::cat({-x.slice(2, d / 2), x.slice(2, 0, d / 2)}, 2);
    return x * layout.cosine + half * layout.sine;
  };
  at::Tensor x = weight("model.embed_tokens.weight").index_select(0, layout.ids);
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
    const at::Tensor scores = at::matmul(q, k.transpose(1, 2)) / std::sqrt(d) + layout.mask;
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
