#pragma once
// Attention of a pack: LibTorch's fused kernels on every part of the plan, merged by log-sum-exp. Only for
// this room (needs ATen).
#include <ATen/ATen.h>

#include "model/forward/pack_plan.hpp"

namespace srl::model {

struct HeadShape {
  std::int64_t heads = 0, kv_heads = 0, head_dim = 0;
  std::int64_t query_width() const { return heads * head_dim; }
  std::int64_t key_width() const { return kv_heads * head_dim; }
};

/// qkv [tokens, (heads + 2 kv_heads) head_dim], rotated → out [tokens, heads head_dim], lse [tokens, heads].
/// Scores are scaled by 1/sqrt(head_dim).
void attention(const PackPlan& plan, const HeadShape& shape, const at::Tensor& qkv, at::Tensor& out,
               at::Tensor& lse);
/// Overwrites dqkv. With the merged out and lse, the backward of each part gives its share of the whole
/// gradient: the probabilities exp(score - lse) and the row sums of dout * out are those of the whole row
/// (Dao et al. 2022, FlashAttention, algorithm 4).
void attention_backward(const PackPlan& plan, const HeadShape& shape, const at::Tensor& qkv,
                        const at::Tensor& out, const at::Tensor& lse, const at::Tensor& dout,
                        at::Tensor& dqkv);

}  // namespace srl::model
