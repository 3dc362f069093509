#pragma once
// One decoder layer over a pack: x + attention(norm(x)), then + gated MLP(norm(x)), and its backward. It is
// the order of operations only, the same for all machines: a machine M (cpu/machine.hpp, gpu/machine.hpp) has
// the operations and their tensors. Only for this room.
#include "model/places.hpp"

namespace srl::model {

template <class M>
using LayerWeights = LayerTensors<typename M::Weights, typename M::WeightVector>;
template <class M>
using LayerGradients = LayerTensors<typename M::Gradient, typename M::GradientVector>;

/// Activations of the forward that the backward needs.
template <class M>
struct LayerState {
  typename M::Activations x;                         ///< [tokens, hidden] the layer's input
  typename M::Scales input_scale;                    ///< [tokens]
  typename M::Activations query_before, key_before;  ///< [tokens, heads head_dim] before norms, or nothing
  typename M::Activations qkv;                       ///< rotated
  typename M::Activations attended;                  ///< [tokens, heads head_dim]
  typename M::LogSums lse;                           ///< [tokens, heads]
  typename M::Activations middle;                    ///< [tokens, hidden] after the attention
  typename M::Scales middle_scale;                   ///< [tokens]
  typename M::Activations gate_up;                   ///< [tokens, 2 intermediate]
};

/// Scratch tensors that all layers share.
enum LayerScratch : std::size_t {
  normed,
  gated_out,
  dgated,
  dgate_up,
  dnormed,
  dattended,
  dqkv,
  layer_scratch
};

/// Columns of qkv, or of its gradient.
template <class M>
struct QueriesAndKeys {
  typename M::Activations queries, keys, both;
  QueriesAndKeys(const M& m, const typename M::Activations& qkv)
      : queries(m.columns(qkv, 0, width(m, m.config().heads))),
        keys(m.columns(qkv, width(m, m.config().heads), width(m, m.config().kv_heads))),
        both(m.columns(qkv, 0, width(m, m.config().heads + m.config().kv_heads))) {}
  static std::int64_t width(const M& m, std::int64_t heads) { return heads * m.config().head_dim; }
};

/// state.x is the input; fills the other tensors of `state` and writes the layer's output to `out`.
template <class M>
void layer_forward(M& m, const LayerWeights<M>& weights, const LayerState<M>& state,
                   const typename M::Activations& out) {
  const ModelConfig& config = m.config();
  const auto input = m.take(normed, m.tokens(), config.hidden);
  m.rms_norm(state.x, weights.input_norm, input, state.input_scale);
  m.product(input, weights.qkv, state.qkv);
  const QueriesAndKeys<M> x(m, state.qkv);
  if (config.qkv_bias) { m.add_bias(state.qkv, weights.qkv_bias); }
  if (config.qk_norm) {
    m.head_norm(x.queries, weights.query_norm, state.query_before);
    m.head_norm(x.keys, weights.key_norm, state.key_before);
  }
  m.rotate(x.both, 1);
  m.attention(state.qkv, state.attended, state.lse);
  m.add_product(state.x, state.attended, weights.output, state.middle);

  m.rms_norm(state.middle, weights.middle_norm, input, state.middle_scale);
  m.product(input, weights.gate_up, state.gate_up);
  const auto product = m.take(gated_out, m.tokens(), config.intermediate);
  m.gated(state.gate_up, product);
  m.add_product(state.middle, product, weights.down, out);
}

/// state.gate_up with the bits of the forward.
template <class M>
void gate_up_again(M& m, const LayerWeights<M>& weights, const LayerState<M>& state) {
  const auto input = m.take(normed, m.tokens(), m.config().hidden);
  m.rms_norm_again(state.middle, weights.middle_norm, state.middle_scale, input);
  m.product(input, weights.gate_up, state.gate_up);
}

/// From d loss / d rotated qkv to d loss / d projection, in place; adds the gradients of head norms and
/// biases.
template <class M>
void projection_backward(M& m, const LayerWeights<M>& weights, const LayerState<M>& state,
                         const typename M::Activations& d, LayerGradients<M>& gradients) {
  const QueriesAndKeys<M> dx(m, d);
  m.rotate(dx.both, -1);
  if (m.config().qk_norm) {
    m.head_norm_backward(dx.queries, weights.query_norm, state.query_before, gradients.query_norm);
    m.head_norm_backward(dx.keys, weights.key_norm, state.key_before, gradients.key_norm);
  }
  if (m.config().qkv_bias) { m.add_column_sums(d, gradients.qkv_bias); }
}

/// `d` [tokens, hidden] holds d loss / d output and becomes d loss / d input; adds to the gradients.
template <class M>
void layer_backward(M& m, const LayerWeights<M>& weights, const LayerState<M>& state,
                    const typename M::Activations& d, LayerGradients<M>& gradients) {
  const ModelConfig& config = m.config();
  const std::int64_t tokens = m.tokens(), queries = config.heads * config.head_dim,
                     width = (config.heads + 2 * config.kv_heads) * config.head_dim;
  const auto back = m.take(dnormed, tokens, config.hidden), again = m.take(normed, tokens, config.hidden);

  const auto product = m.take(gated_out, tokens, config.intermediate),
             dproduct = m.take(dgated, tokens, config.intermediate),
             dgates = m.take(dgate_up, tokens, 2 * config.intermediate);
  m.input_gradient(d, weights.down, dproduct);
  m.gated_backward(state.gate_up, dproduct, dgates, product);
  m.weight_gradient(d, product, gradients.down);
  m.rms_norm_again(state.middle, weights.middle_norm, state.middle_scale, again);
  m.weight_gradient(dgates, again, gradients.gate_up);
  m.input_gradient(dgates, weights.gate_up, back);
  m.rms_norm_backward(back, state.middle, weights.middle_norm, state.middle_scale, d, gradients.middle_norm);

  const auto dattention = m.take(dattended, tokens, queries), dprojected = m.take(dqkv, tokens, width);
  m.weight_gradient(d, state.attended, gradients.output);
  m.input_gradient(d, weights.output, dattention);
  m.attention_backward(state.qkv, state.attended, state.lse, dattention, dprojected);
  projection_backward(m, weights, state, dprojected, gradients);
  m.rms_norm_again(state.x, weights.input_norm, state.input_scale, again);
  m.weight_gradient(dprojected, again, gradients.qkv);
  m.input_gradient(dprojected, weights.qkv, back);
  m.rms_norm_backward(back, state.x, weights.input_norm, state.input_scale, d, gradients.input_norm);
}

}  // namespace srl::model
