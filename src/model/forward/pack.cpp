#include "model/pack.hpp"

#include <ATen/ATen.h>

#include "base/error.hpp"
#include "model/forward/kernels.hpp"
#include "model/forward/layer.hpp"
#include "model/forward/lm_head.hpp"
#include "model/forward/pack_plan.hpp"
#include "model/forward/workspace.hpp"

namespace srl::model {

struct PackModel::Impl {
  virtual ~Impl() = default;
  virtual Predictions forward(const Pack& pack, const ForwardOptions& options) = 0;
  virtual Predictions forward_backward(const Pack& pack, const ForwardOptions& options,
                                       const std::function<PredictionGradients(const Predictions&)>& loss,
                                       Parameters& gradients, const BackwardHooks& hooks) = 0;
  virtual std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows) = 0;
};

namespace {

void tell(const std::function<void(std::size_t)>& hook, std::size_t bucket) {
  if (hook) { hook(bucket); }
}

void check_options(const ForwardOptions& options) {
  if (!(options.temperature > 0)) { throw Bug("the temperature of the loss must be positive"); }
}

template <class T>
class Engine final : public PackModel::Impl {
 public:
  explicit Engine(const Parameters& parameters)
      : parameters_(parameters),
        config_(parameters.config()),
        rope_(rope_table(config_)),
        states_(type_of()),
        scratch_(type_of()) {
    for (std::int64_t l = 0; l < config_.layers; ++l) { layers_.push_back(layer_tensors(parameters, l)); }
  }

  Predictions forward(const Pack& pack, const ForwardOptions& options) override {
    check_options(options);
    const PackPlan plan = plan_pack(pack, config_.vocab);
    if (plan.tokens == 0) { return {}; }
    const at::Tensor hidden = final_hidden(run_layers(plan, Keep::nothing), plan.rows);
    std::vector<RowStatistics> ignored;
    return head_forward<T>({pack, plan, hidden, head(parameters_), options, scratch_head_}, ignored);
  }

  Predictions forward_backward(const Pack& pack, const ForwardOptions& options,
                               const std::function<PredictionGradients(const Predictions&)>& loss,
                               Parameters& gradients, const BackwardHooks& hooks) override {
    check_options(options);
    if (gradients.dtype() == Dtype::bf16 || gradients.layout().size() != parameters_.layout().size()) {
      throw Bug("gradients must be fp32 or fp64 and have the same parameters as the weights");
    }
    const PackPlan plan = plan_pack(pack, config_.vocab);
    const std::size_t layers = config_.layers;
    if (plan.tokens == 0) {
      loss({});
      for (std::size_t bucket = layers + 2; bucket-- > 0;) {
        tell(hooks.before, bucket), tell(hooks.after, bucket);
      }
      return {};
    }
    const at::Tensor last = run_layers(plan, options.recompute ? Keep::inputs : Keep::everything);
    at::Tensor scale;
    const HeadInput head_input{
        pack, plan, final_hidden(last, plan.rows, &scale), head(parameters_), options, scratch_head_};
    std::vector<RowStatistics> statistics;
    Predictions predictions = head_forward<T>(head_input, statistics);
    const PredictionGradients of_predictions = loss(predictions);
    tell(hooks.before, 0);  // with tied embeddings, the head's gradient goes to bucket 0 first
    tell(hooks.before, layers + 1);
    at::Tensor d = head_and_norm_backward(head_input, of_predictions, statistics, scale, gradients);
    tell(hooks.after, layers + 1);
    LayerContext<T> context = context_of(plan);
    for (std::size_t l = layers; l-- > 0;) {
      LayerState layer = state_of(l, plan.tokens, options.recompute ? Keep::inputs : Keep::everything);
      if (options.recompute) {
        at::Tensor ignored = scratch_.take(recomputed_output, {plan.tokens, config_.hidden});
        layer_forward(context, layers_[l], layer, ignored);
      }
      tell(hooks.before, l + 1);
      LayerTensors layer_gradients = layer_tensors(gradients, l);
      layer_backward(context, layers_[l], layer, d, layer_gradients);
      tell(hooks.after, l + 1);
    }
    add_embedding(plan, d, gradients);
    tell(hooks.after, 0);
    return predictions;
  }

  std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows) override {
    const PackPlan plan = plan_pack(pack, config_.vocab);
    for (const std::int64_t row : rows) {
      if (row < 0 || row >= plan.tokens) { throw Bug("a row of logits is outside the pack"); }
    }
    const at::Tensor hidden = final_hidden(run_layers(plan, Keep::nothing), {rows.begin(), rows.end()});
    const at::Tensor values =
        at::mm(hidden.narrow(0, 0, std::ssize(rows)), head(parameters_).t()).to(at::kFloat).contiguous();
    return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
  }

 private:
  enum class Keep { nothing, inputs, everything };
  // Slots of scratch_ (after those of layer.cpp), and slots of states_ per layer.
  enum : std::size_t {
    recomputed_output = 16,
    gradient_rows,
    gradient,
    hidden_rows,
    gathered,
    row_scales,
    hidden_gradient
  };
  enum : std::size_t {
    x,
    input_scale,
    before_norm,
    qkv,
    attended,
    lse,
    middle,
    middle_scale,
    gate_up,
    slots_per_layer
  };

  static at::ScalarType type_of() { return std::is_same_v<T, double> ? at::kDouble : at::kFloat; }
  const at::Tensor& head(const Parameters& parameters) const {
    return parameters.view(config_.tied_embeddings ? "model.embed_tokens.weight" : "lm_head.weight");
  }
  const T* final_norm() const { return parameters_.view("model.norm.weight").template const_data_ptr<T>(); }

  LayerContext<T> context_of(const PackPlan& plan) {
    extend_rope(plan.positions_end);
    return {&config_, &plan, cosine_.data(), sine_.data(), &scratch_};
  }

  void extend_rope(std::int64_t positions) {
    const std::int64_t half = config_.head_dim / 2;
    std::vector<double> cosine(half), sine(half);
    for (std::int64_t p = std::ssize(cosine_) / half; p < positions; ++p) {
      rope_row(rope_, p, cosine.data(), sine.data());
      cosine_.insert(cosine_.end(), cosine.begin(), cosine.end());
      sine_.insert(sine_.end(), sine.begin(), sine.end());
    }
  }

  /// With Keep::nothing, layers alternate between two buffers: one input and one output.
  LayerState state_of(std::size_t layer, std::int64_t tokens, Keep keep) {
    const std::size_t inputs = (keep == Keep::nothing ? layer % 2 : layer) * slots_per_layer;
    const std::size_t rest = keep == Keep::everything ? layer * slots_per_layer : 0;
    const std::int64_t queries = config_.heads * config_.head_dim, keys = config_.kv_heads * config_.head_dim;
    LayerState state;
    state.x = states_.take(inputs + x, {tokens, config_.hidden});
    state.input_scale = states_.take(rest + input_scale, {tokens});
    if (config_.qk_norm) { state.before_norm = states_.take(rest + before_norm, {tokens, queries + keys}); }
    state.qkv = states_.take(rest + qkv, {tokens, queries + 2 * keys});
    state.attended = states_.take(rest + attended, {tokens, queries});
    state.lse = states_.take(rest + lse, {tokens, config_.heads});
    state.middle = states_.take(rest + middle, {tokens, config_.hidden});
    state.middle_scale = states_.take(rest + middle_scale, {tokens});
    state.gate_up = states_.take(rest + gate_up, {tokens, 2 * config_.intermediate});
    return state;
  }

  /// The residual stream after the last layer [tokens, hidden].
  at::Tensor run_layers(const PackPlan& plan, Keep keep) {
    const LayerContext<T> context = context_of(plan);
    LayerState state = state_of(0, plan.tokens, keep);
    gather_rows(parameters_.view(0).template const_data_ptr<T>(), plan.ids.data(), matrix<T>(state.x));
    at::Tensor out;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      state = state_of(l, plan.tokens, keep);
      const std::size_t next = keep == Keep::nothing ? (l + 1) % 2 : l + 1;
      out = states_.take(next * slots_per_layer + x, {plan.tokens, config_.hidden});
      layer_forward(context, layers_[l], state, out);
    }
    return out;
  }

  /// Final norm of some rows [padded rows, hidden]; padding rows are zero. Returns their scales for the
  /// backward in `scale`.
  at::Tensor final_hidden(const at::Tensor& stream, const std::vector<std::int64_t>& rows,
                          at::Tensor* scale = nullptr) {
    const auto count = std::ssize(rows);
    at::Tensor picked = scratch_.take(gathered, {count, config_.hidden});
    at::Tensor hidden = scratch_.take(hidden_rows, {padded_rows(count), config_.hidden});
    hidden.narrow(0, count, hidden.size(0) - count).zero_();
    at::Tensor scales = scratch_.take(row_scales, {count});
    gather_rows(stream.const_data_ptr<T>(), rows.data(), matrix<T>(picked));
    rms_norm(matrix<T>(picked), final_norm(), static_cast<T>(config_.rms_eps), matrix<T>(hidden),
             scales.data_ptr<T>());
    if (scale) { *scale = scales; }
    return hidden;
  }

  /// Returns d loss / d residual stream [tokens, hidden]. Adds the gradients of head and final norm.
  at::Tensor head_and_norm_backward(const HeadInput& input, const PredictionGradients& of_predictions,
                                    const std::vector<RowStatistics>& statistics, const at::Tensor& scale,
                                    Parameters& gradients) {
    const auto count = std::ssize(input.plan.rows);
    at::Tensor dhidden = scratch_.take(hidden_gradient, {padded_rows(count), config_.hidden});
    at::Tensor dhead = head(gradients);
    head_backward<T>(input, of_predictions, statistics, dhidden, dhead);
    at::Tensor drows = scratch_.take(gradient_rows, {count, config_.hidden}),
               d = scratch_.take(gradient, {input.plan.tokens, config_.hidden});
    drows.zero_();
    std::vector<double> sums(config_.hidden);
    at::Tensor picked = scratch_.take(gathered, {count, config_.hidden});
    rms_norm_backward(matrix<T>(dhidden), matrix<T>(picked), final_norm(), scale.const_data_ptr<T>(),
                      matrix<T>(drows), sums.data());
    at::Tensor dnorm = gradients.view("model.norm.weight");
    add_sums(dnorm, sums);
    d.zero_();
    scatter_add_rows(matrix<T>(std::as_const(drows)), input.plan.rows.data(), d.data_ptr<T>());
    return d;
  }

  void add_embedding(const PackPlan& plan, const at::Tensor& d, Parameters& gradients) {
    const at::Tensor& table = gradients.view(0);
    if (gradients.dtype() == Dtype::fp64) {
      scatter_add_rows(matrix<T>(d), plan.ids.data(), table.data_ptr<double>());
    } else {
      scatter_add_rows(matrix<T>(d), plan.ids.data(), table.data_ptr<float>());
    }
  }

  const Parameters& parameters_;
  const ModelConfig& config_;
  RopeTable rope_;
  std::vector<T> cosine_, sine_;  ///< [positions so far, head_dim/2]
  std::vector<LayerTensors> layers_;
  Workspace states_, scratch_, scratch_head_{type_of()};
};

}  // namespace

PackModel::PackModel(const Parameters& parameters) {
  switch (parameters.dtype()) {
    case Dtype::fp32: impl_ = std::make_unique<Engine<float>>(parameters); break;
    case Dtype::fp64: impl_ = std::make_unique<Engine<double>>(parameters); break;
    case Dtype::bf16: throw BadOption("bf16 weights are not supported on a CPU: load them as fp32");
  }
}
PackModel::~PackModel() = default;

Predictions PackModel::forward(const Pack& pack, const ForwardOptions& options) {
  const at::AutoDispatchBelowAutograd guard;
  return impl_->forward(pack, options);
}

Predictions PackModel::forward_backward(const Pack& pack, const ForwardOptions& options,
                                        const std::function<PredictionGradients(const Predictions&)>& loss,
                                        Parameters& gradients, const BackwardHooks& hooks) {
  const at::AutoDispatchBelowAutograd guard;
  return impl_->forward_backward(pack, options, loss, gradients, hooks);
}

std::vector<float> PackModel::logits(const Pack& pack, std::span<const std::int64_t> rows) {
  const at::AutoDispatchBelowAutograd guard;
  return impl_->logits(pack, rows);
}

}  // namespace srl::model
