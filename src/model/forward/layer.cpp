#include "model/forward/layer.hpp"

#include "base/strings.hpp"
#include "model/forward/kernels.hpp"

namespace srl::model {
namespace {

enum Slot : std::size_t { normed, gated_out, dgated, dgate_up, dnormed, dattended, dqkv };

/// Several neighbouring parameters of the flat buffer as one matrix.
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

template <class T>
void project_and_rotate(const LayerContext<T>& context, const LayerTensors& weights, const at::Tensor& input,
                        LayerState& state) {
  const HeadShape shape = context.shape();
  const std::int64_t tokens = context.plan->tokens, width = shape.query_width() + 2 * shape.key_width();
  at::mm_out(state.qkv, input, weights.qkv.t());
  T* qkv = state.qkv.data_ptr<T>();
  if (weights.qkv_bias.defined()) { add_bias(qkv, width, data<T>(weights.qkv_bias), tokens, width); }
  if (weights.query_norm.defined()) {
    const T eps = static_cast<T>(context.config->rms_eps);
    T* before = state.before_norm.data_ptr<T>();
    head_norm(qkv, width, data<T>(weights.query_norm), tokens, shape.heads, shape.head_dim, eps, before);
    head_norm(qkv + shape.query_width(), width, data<T>(weights.key_norm), tokens, shape.kv_heads,
              shape.head_dim, eps, before + tokens * shape.query_width());
  }
  rotate(qkv, width, context.plan->positions.data(), context.cosine, context.sine, tokens,
         shape.heads + shape.kv_heads, shape.head_dim, 1);
}

/// From d loss / d rotated qkv to d loss / d projection, in place; adds the gradients of head norms and
/// biases.
template <class T>
void project_and_rotate_backward(const LayerContext<T>& context, const LayerTensors& weights,
                                 const LayerState& state, at::Tensor& grad, LayerTensors& gradients) {
  const HeadShape shape = context.shape();
  const std::int64_t tokens = context.plan->tokens, width = shape.query_width() + 2 * shape.key_width();
  T* dx = grad.data_ptr<T>();
  rotate(dx, width, context.plan->positions.data(), context.cosine, context.sine, tokens,
         shape.heads + shape.kv_heads, shape.head_dim, -1);
  if (weights.query_norm.defined()) {
    const T eps = static_cast<T>(context.config->rms_eps);
    const T* before = data<T>(state.before_norm);
    std::vector<double> query_sums(static_cast<std::size_t>(shape.head_dim)), key_sums(query_sums);
    head_norm_backward(dx, width, before, data<T>(weights.query_norm), tokens, shape.heads, shape.head_dim,
                       eps, query_sums.data());
    head_norm_backward(dx + shape.query_width(), width, before + tokens * shape.query_width(),
                       data<T>(weights.key_norm), tokens, shape.kv_heads, shape.head_dim, eps,
                       key_sums.data());
    add_sums(gradients.query_norm, query_sums);
    add_sums(gradients.key_norm, key_sums);
  }
  if (weights.qkv_bias.defined()) {
    std::vector<double> sums(static_cast<std::size_t>(width));
    add_column_sums(dx, tokens, width, sums.data());
    add_sums(gradients.qkv_bias, sums);
  }
}

/// Backward of a norm whose result went only through `dout`; adds to d.
template <class T>
void norm_backward(const at::Tensor& dout, const at::Tensor& x, const at::Tensor& weight,
                   const at::Tensor& scale, at::Tensor& d, at::Tensor& gradient) {
  std::vector<double> sums(static_cast<std::size_t>(x.size(1)));
  rms_norm_backward(data<T>(dout), data<T>(x), data<T>(weight), data<T>(scale), x.size(0), x.size(1),
                    d.data_ptr<T>(), sums.data());
  add_sums(gradient, sums);
}

template <class T>
at::Tensor norm_again(const LayerContext<T>& context, const at::Tensor& x, const at::Tensor& weight,
                      const at::Tensor& scale) {
  at::Tensor out = context.scratch->take(normed, x.sizes());
  rms_norm_again(data<T>(x), data<T>(weight), data<T>(scale), x.size(0), x.size(1), out.data_ptr<T>());
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
    for (std::size_t i = 0; i < sums.size(); ++i) {
      to[i] = static_cast<float>(static_cast<double>(to[i]) + sums[i]);
    }
  }
}

template <class T>
void layer_forward(const LayerContext<T>& context, const LayerTensors& weights, LayerState& state,
                   at::Tensor& out) {
  const std::int64_t tokens = context.plan->tokens, hidden = context.config->hidden,
                     intermediate = context.config->intermediate;
  const T eps = static_cast<T>(context.config->rms_eps);
  at::Tensor input = context.scratch->take(normed, {tokens, hidden});
  rms_norm(data<T>(state.x), data<T>(weights.input_norm), tokens, hidden, eps, input.data_ptr<T>(),
           state.input_scale.data_ptr<T>());
  project_and_rotate(context, weights, input, state);
  attention(*context.plan, context.shape(), state.qkv, state.attended, state.lse);
  at::addmm_out(state.middle, state.x, state.attended, weights.output.t());

  rms_norm(data<T>(state.middle), data<T>(weights.middle_norm), tokens, hidden, eps, input.data_ptr<T>(),
           state.middle_scale.data_ptr<T>());
  at::mm_out(state.gate_up, input, weights.gate_up.t());
  at::Tensor product = context.scratch->take(gated_out, {tokens, intermediate});
  gated(data<T>(state.gate_up), tokens, intermediate, product.data_ptr<T>());
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
  gated_backward(data<T>(state.gate_up), data<T>(dproduct), tokens, intermediate, dgates.data_ptr<T>(),
                 product.data_ptr<T>());
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
