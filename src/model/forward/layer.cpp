#include "model/forward/layer.hpp"

#include "base/strings.hpp"

namespace srl::model {
namespace {

enum Slot : std::size_t { normed, gated_out, dgated, dgate_up, dnormed, dattended, dqkv };

/// Several adjacent parameters of the flat buffer as one matrix.
at::Tensor joined(const Parameters& parameters, const std::string& first, std::int64_t rows,
                  std::int64_t columns) {
  const at::Tensor& view = parameters.view(first);
  const std::int64_t offset = view.storage_offset();
  return parameters.flat().narrow(0, offset, rows * columns).view({rows, columns});
}

template <class T>
const T* data(const at::Tensor& tensor) {
  return tensor.const_data_ptr<T>();
}

/// The query and key columns of qkv.
template <class T>
struct QueriesAndKeys {
  Rows<T> all, queries, keys;
  QueriesAndKeys(at::Tensor& qkv, const HeadShape& shape)
      : all(matrix<T>(qkv)),
        queries(all.columns(0, shape.query_width())),
        keys(all.columns(shape.query_width(), shape.key_width())) {}
  Rows<T> both() const { return all.columns(0, queries.width + keys.width); }
};

/// Queries and keys before their norms: two matrices, one after the other in memory.
template <class T>
struct BeforeNorms {
  Rows<T> queries, keys;
  BeforeNorms(const at::Tensor& tensor, const HeadShape& shape)
      : queries(tensor.data_ptr<T>(), tensor.size(0), shape.query_width()),
        keys(queries.row(queries.rows), queries.rows, shape.key_width()) {}
};

template <class T>
HeadNorm<T> head_norm_of(const LayerContext<T>& context, const at::Tensor& weight) {
  return {data<T>(weight), context.config->head_dim, context.eps()};
}

template <class T>
void project_and_rotate(const LayerContext<T>& context, const LayerTensors& weights, const at::Tensor& input,
                        LayerState& state) {
  at::mm_out(state.qkv, input, weights.qkv.t());
  const QueriesAndKeys<T> x(state.qkv, context.shape());
  if (weights.qkv_bias.defined()) { add_bias(x.all, data<T>(weights.qkv_bias)); }
  if (weights.query_norm.defined()) {
    const BeforeNorms<T> before(state.before_norm, context.shape());
    head_norm(x.queries, head_norm_of(context, weights.query_norm), before.queries);
    head_norm(x.keys, head_norm_of(context, weights.key_norm), before.keys);
  }
  rotate(x.both(), context.rotation(), 1);
}

/// From d loss / d rotated qkv to d loss / d projection, in place; adds the gradients of head norms and
/// biases.
template <class T>
void project_and_rotate_backward(const LayerContext<T>& context, const LayerTensors& weights,
                                 const LayerState& state, at::Tensor& grad, LayerTensors& gradients) {
  const QueriesAndKeys<T> dx(grad, context.shape());
  rotate(dx.both(), context.rotation(), -1);
  if (weights.query_norm.defined()) {
    const BeforeNorms<T> before(state.before_norm, context.shape());
    std::vector<double> query_sums(context.config->head_dim), key_sums(query_sums);
    head_norm_backward(dx.queries, head_norm_of(context, weights.query_norm), before.queries,
                       query_sums.data());
    head_norm_backward(dx.keys, head_norm_of(context, weights.key_norm), before.keys, key_sums.data());
    add_sums(gradients.query_norm, query_sums);
    add_sums(gradients.key_norm, key_sums);
  }
  if (weights.qkv_bias.defined()) {
    std::vector<double> sums(dx.all.width);
    add_column_sums(dx.all, sums.data());
    add_sums(gradients.qkv_bias, sums);
  }
}

/// Backward of a norm; `dout` is the gradient of its output. Adds to d.
template <class T>
void norm_backward(const at::Tensor& dout, const at::Tensor& x, const at::Tensor& weight,
                   const at::Tensor& scale, at::Tensor& d, at::Tensor& gradient) {
  std::vector<double> sums(x.size(1));
  rms_norm_backward(matrix<T>(dout), matrix<T>(x), data<T>(weight), data<T>(scale), matrix<T>(d),
                    sums.data());
  add_sums(gradient, sums);
}

template <class T>
at::Tensor norm_again(const LayerContext<T>& context, const at::Tensor& x, const at::Tensor& weight,
                      const at::Tensor& scale) {
  at::Tensor out = context.scratch->take(normed, x.sizes());
  rms_norm_again(matrix<T>(x), data<T>(weight), data<T>(scale), matrix<T>(out));
  return out;
}

}  // namespace

LayerTensors layer_tensors(const Parameters& parameters, std::int64_t layer) {
  const ModelConfig& config = parameters.config();
  const std::string prefix = cat("model.layers.", layer, "."), attention = prefix + "self_attn.";
  const std::int64_t width = (config.heads + 2 * config.kv_heads) * config.head_dim;
  LayerTensors tensors;
  tensors.input_norm = parameters.view(prefix + "input_layernorm.weight");
  tensors.qkv = joined(parameters, attention + "q_proj.weight", width, config.hidden);
  if (config.qkv_bias) {
    tensors.qkv_bias = joined(parameters, attention + "q_proj.bias", 1, width).view({width});
  }
  if (config.qk_norm) {
    tensors.query_norm = parameters.view(attention + "q_norm.weight");
    tensors.key_norm = parameters.view(attention + "k_norm.weight");
  }
  tensors.output = parameters.view(attention + "o_proj.weight");
  tensors.middle_norm = parameters.view(prefix + "post_attention_layernorm.weight");
  tensors.gate_up =
      joined(parameters, prefix + "mlp.gate_proj.weight", 2 * config.intermediate, config.hidden);
  tensors.down = parameters.view(prefix + "mlp.down_proj.weight");
  return tensors;
}

void add_product(at::Tensor& target, const at::Tensor& a, const at::Tensor& b) {
  if (target.scalar_type() == a.scalar_type()) {
    at::addmm_out(target, target, a.t(), b);
  } else {
    target.add_(at::mm(a.t(), b));
  }
}

void add_sums(at::Tensor& target, const std::vector<double>& sums) {
  if (target.scalar_type() == at::kDouble) {
    auto* to = target.data_ptr<double>();
    for (std::size_t i = 0; i < sums.size(); ++i) { to[i] += sums[i]; }
  } else {
    auto* to = target.data_ptr<float>();
    for (std::size_t i = 0; i < sums.size(); ++i) { to[i] = static_cast<float>(to[i] + sums[i]); }
  }
}

template <class T>
void layer_forward(const LayerContext<T>& context, const LayerTensors& weights, LayerState& state,
                   at::Tensor& out) {
  const std::int64_t tokens = context.plan->tokens, hidden = context.config->hidden,
                     intermediate = context.config->intermediate;
  at::Tensor input = context.scratch->take(normed, {tokens, hidden});
  rms_norm(matrix<T>(state.x), data<T>(weights.input_norm), context.eps(), matrix<T>(input),
           state.input_scale.data_ptr<T>());
  project_and_rotate(context, weights, input, state);
  attention(*context.plan, context.shape(), state.qkv, state.attended, state.lse);
  at::addmm_out(state.middle, state.x, state.attended, weights.output.t());

  rms_norm(matrix<T>(state.middle), data<T>(weights.middle_norm), context.eps(), matrix<T>(input),
           state.middle_scale.data_ptr<T>());
  at::mm_out(state.gate_up, input, weights.gate_up.t());
  at::Tensor product = context.scratch->take(gated_out, {tokens, intermediate});
  gated(matrix<T>(state.gate_up), matrix<T>(product));
  at::addmm_out(out, state.middle, product, weights.down.t());
}

template <class T>
void layer_backward(const LayerContext<T>& context, const LayerTensors& weights, const LayerState& state,
                    at::Tensor& d, LayerTensors& gradients) {
  Workspace& scratch = *context.scratch;
  const std::int64_t tokens = context.plan->tokens, hidden = context.config->hidden,
                     intermediate = context.config->intermediate;
  at::Tensor back = scratch.take(dnormed, {tokens, hidden});

  at::Tensor product = scratch.take(gated_out, {tokens, intermediate}),
             dproduct = scratch.take(dgated, {tokens, intermediate});
  at::Tensor dgates = scratch.take(dgate_up, {tokens, 2 * intermediate});
  at::mm_out(dproduct, d, weights.down);
  gated_backward(matrix<T>(state.gate_up), matrix<T>(dproduct), matrix<T>(dgates), matrix<T>(product));
  add_product(gradients.down, d, product);
  add_product(gradients.gate_up, dgates,
              norm_again(context, state.middle, weights.middle_norm, state.middle_scale));
  at::mm_out(back, dgates, weights.gate_up);
  norm_backward<T>(back, state.middle, weights.middle_norm, state.middle_scale, d, gradients.middle_norm);

  at::Tensor dattention = scratch.take(dattended, state.attended.sizes()),
             dprojected = scratch.take(dqkv, state.qkv.sizes());
  add_product(gradients.output, d, state.attended);
  at::mm_out(dattention, d, weights.output);
  attention_backward(*context.plan, context.shape(), state.qkv, state.attended, state.lse, dattention,
                     dprojected);
  project_and_rotate_backward(context, weights, state, dprojected, gradients);
  add_product(gradients.qkv, dprojected, norm_again(context, state.x, weights.input_norm, state.input_scale));
  at::mm_out(back, dprojected, weights.qkv);
  norm_backward<T>(back, state.x, weights.input_norm, state.input_scale, d, gradients.input_norm);
}

template void layer_forward(const LayerContext<float>&, const LayerTensors&, LayerState&, at::Tensor&);
template void layer_forward(const LayerContext<double>&, const LayerTensors&, LayerState&, at::Tensor&);
template void layer_backward(const LayerContext<float>&, const LayerTensors&, const LayerState&, at::Tensor&,
                             LayerTensors&);
template void layer_backward(const LayerContext<double>&, const LayerTensors&, const LayerState&, at::Tensor&,
                             LayerTensors&);

}  // namespace srl::model
