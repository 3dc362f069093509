#pragma once
// One decoder layer over a pack: x + attention(norm(x)), then + gated MLP(norm(x)), and its backward. Only
// for this room (needs ATen).
#include <ATen/ATen.h>

#include "model/forward/attention.hpp"
#include "model/forward/kernels.hpp"
#include "model/forward/workspace.hpp"

namespace srl::model {

/// A two-dimensional tensor as input of the kernels.
template <class T>
Rows<T> matrix(at::Tensor& tensor) {
  return {tensor.data_ptr<T>(), tensor.size(0), tensor.size(1), tensor.stride(0)};
}
template <class T>
Rows<const T> matrix(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<T>(), tensor.size(0), tensor.size(1), tensor.stride(0)};
}

/// Views of one layer's parameters, or of their gradients. q, k, v are one matrix, gate and up another
/// (parameter_layout).
struct LayerTensors {
  at::Tensor input_norm;            ///< [hidden]
  at::Tensor qkv;                   ///< [(heads + 2 kv_heads) head_dim, hidden]
  at::Tensor qkv_bias;              ///< [(heads + 2 kv_heads) head_dim] or undefined
  at::Tensor query_norm, key_norm;  ///< [head_dim] or undefined
  at::Tensor output;                ///< [hidden, heads head_dim]
  at::Tensor middle_norm;           ///< [hidden]
  at::Tensor gate_up;               ///< [2 intermediate, hidden]
  at::Tensor down;                  ///< [hidden, intermediate]
};
LayerTensors layer_tensors(const Parameters& parameters, std::int64_t layer);

/// Activations of the forward that the backward needs.
struct LayerState {
  at::Tensor x;              ///< [tokens, hidden] the layer's input
  at::Tensor input_scale;    ///< [tokens]
  at::Tensor before_norm;    ///< [tokens, (heads + kv_heads) head_dim] before norms, or undefined
  at::Tensor qkv;            ///< rotated
  at::Tensor attended, lse;  ///< [tokens, heads head_dim], [tokens, heads]
  at::Tensor middle;         ///< [tokens, hidden] after the attention
  at::Tensor middle_scale;   ///< [tokens]
  at::Tensor gate_up;        ///< [tokens, 2 intermediate]
};

/// Data that all layers share in one pass. All layers reuse the same scratch slots of the workspace.
template <class T>
struct LayerContext {
  const ModelConfig* config = nullptr;
  const PackPlan* plan = nullptr;
  const T *cosine = nullptr, *sine = nullptr;  ///< [positions, head_dim/2]
  Workspace* scratch = nullptr;
  HeadShape shape() const { return {config->heads, config->kv_heads, config->head_dim}; }
  Rotation<T> rotation() const { return {plan->positions.data(), cosine, sine, config->head_dim}; }
  T eps() const { return static_cast<T>(config->rms_eps); }
};

/// state.x is the input. The caller allocates the other tensors of `state`; this function fills them. Writes
/// the layer's output to `out`.
template <class T>
void layer_forward(const LayerContext<T>& context, const LayerTensors& weights, LayerState& state,
                   at::Tensor& out);
/// `d` [tokens, hidden] holds d loss / d output and becomes d loss / d input; adds to the gradients.
template <class T>
void layer_backward(const LayerContext<T>& context, const LayerTensors& weights, const LayerState& state,
                    at::Tensor& d, LayerTensors& gradients);

/// target += a^T b, where target may have another element type than a [rows, m] and b [rows, n].
void add_product(at::Tensor& target, const at::Tensor& a, const at::Tensor& b);
/// target += sums, elementwise.
void add_sums(at::Tensor& target, const std::vector<double>& sums);

}  // namespace srl::model
