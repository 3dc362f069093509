#pragma once
// Which memory the activations of a pack have: a slot of the machine per tensor. Only for this room.
#include <algorithm>

#include "model/forward/layer.hpp"
#include "model/pack.hpp"

namespace srl::model {

/// What the forward keeps for the backward.
enum class Keep { nothing, inputs, without_gate_up, everything };

inline Keep kept_with(Recompute recompute) {
  switch (recompute) {
    case Recompute::gate_up: return Keep::without_gate_up;
    case Recompute::layers: return Keep::inputs;
    default: return Keep::everything;
  }
}

/// Scratch tensors besides those of the layers.
enum Scratch : std::size_t {
  recomputed_output = layer_scratch,
  gradient_rows,
  gradient,
  hidden_rows,
  gathered,
  row_scales,
  hidden_gradient,
  head_logits,
  first_of_layers
};
/// Tensors of a layer.
enum OfLayer : std::size_t {
  x,
  input_scale,
  query_before,
  key_before,
  qkv,
  attended,
  lse,
  middle,
  middle_scale,
  gate_up,
  slots_per_layer
};

inline std::size_t slot_of(std::size_t layer, OfLayer tensor) {
  return first_of_layers + layer * slots_per_layer + tensor;
}

/// The input of layer `layer`, or the output of the last one. With Keep::nothing, layers alternate between
/// two buffers.
template <class M>
typename M::Activations stream_of(M& m, std::size_t layer, Keep keep, std::int64_t tokens) {
  return m.take(slot_of(keep == Keep::nothing ? layer % 2 : layer, x), tokens, m.config().hidden);
}

template <class M>
LayerState<M> state_of(M& m, std::size_t layer, Keep keep, std::int64_t tokens) {
  const ModelConfig& config = m.config();
  const std::size_t rest = keep == Keep::everything || keep == Keep::without_gate_up ? layer : 0,
                    gates = keep == Keep::everything ? layer : 0;
  const std::int64_t queries = config.heads * config.head_dim, keys = config.kv_heads * config.head_dim,
                     before = config.qk_norm ? tokens : 0;
  return {.x = stream_of(m, layer, keep, tokens),
          .input_scale = m.take_scales(slot_of(rest, input_scale), tokens),
          .query_before = m.take(slot_of(rest, query_before), before, queries),
          .key_before = m.take(slot_of(rest, key_before), before, keys),
          .qkv = m.take(slot_of(rest, qkv), tokens, queries + 2 * keys),
          .attended = m.take(slot_of(rest, attended), tokens, queries),
          .lse = m.take_log_sums(slot_of(rest, lse), tokens, config.heads),
          .middle = m.take(slot_of(rest, middle), tokens, config.hidden),
          .middle_scale = m.take_scales(slot_of(rest, middle_scale), tokens),
          .gate_up = m.take(slot_of(gates, gate_up), tokens, 2 * config.intermediate)};
}

/// Rows of logits in memory at a time.
inline std::int64_t logits_rows(std::int64_t head_chunk) {
  return (std::max<std::int64_t>(1, head_chunk) + 7) / 8 * 8;
}

}  // namespace srl::model
