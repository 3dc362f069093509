#pragma once
// Forward and backward of packs, in the order of the method, on a machine M. Only for this room.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "model/forward/activations.hpp"
#include "model/forward/pack_model.hpp"
#include "model/forward/pack_plan.hpp"

namespace srl::model {

inline void tell(const std::function<void(std::size_t)>& hook, std::size_t bucket) {
  if (hook) { hook(bucket); }
}

template <class M>
class Engine final : public PackModel::Impl {
  using Activations = typename M::Activations;

 public:
  explicit Engine(std::unique_ptr<M> machine)
      : machine_(std::move(machine)),
        m_(*machine_),
        config_(m_.config()),
        places_(places_of(config_, m_.weight_layout())) {
    for (const auto& at : places_.layers) {
      layers_.push_back(tensors_at(
          at, [&](const Place& place) { return m_.weights(place); },
          [&](const Place& place) { return m_.weight_vector(place); }));
    }
  }

  Predictions forward(const Pack& pack, const ForwardOptions& options) override {
    read_all();
    return run_forward(pack, options) ? m_.predictions() : Predictions();
  }

  Predictions forward_backward(const Pack& pack, const ForwardOptions& options, const Loss& loss,
                               const AnyGradients& gradients, const BackwardHooks& hooks) override {
    read_all();
    Predictions predictions;
    PredictionGradients of_predictions;  // the machine reads them until the backward of the head is done
    const bool any = run(pack, options, gradients, hooks, [&] {
      predictions = m_.predictions();
      of_predictions = loss(predictions);
      check(of_predictions, pack);
      m_.set_gradients(of_predictions);
    });
    if (!any) { loss({}); }
    return predictions;
  }

  void enqueue_forward(const Pack& pack, const ForwardOptions& options,
                       const ReadPredictions& read) override {
    if constexpr (M::runs_later) {
      if (!run_forward(pack, options)) { return read({}); }
      m_.send_predictions(read);
      m_.read_all_but(1);
    } else {
      read(forward(pack, options));
    }
  }

  void enqueue_forward_backward(const Pack& pack, const ForwardOptions& options, const QueuedLoss& loss,
                                const AnyGradients& gradients, const BackwardHooks& hooks) override {
    if constexpr (M::runs_later) {
      const bool any = run(pack, options, gradients, hooks, [&] {
        m_.send_predictions(loss.read);  // they arrive beside the backward
        m_.enqueue_loss(loss);
      });
      if (!any) { return loss.read({}); }
      m_.read_all_but(1);
    } else {
      throw Bug("only a GPU computes the gradients of a loss by itself");
    }
  }

  void read_all() override {
    if constexpr (M::runs_later) { m_.read_all_but(0); }
  }

  std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows) override {
    read_all();
    PackPlan plan = plan_pack(pack, config_.vocab);
    for (const std::int64_t row : rows) {
      if (row < 0 || row >= plan.tokens) { throw Bug("a row of logits is outside the pack"); }
    }
    plan.rows.assign(rows.begin(), rows.end());
    plan.row_of.clear();
    m_.begin(pack, plan);
    const Activations hidden = final_hidden(run_layers(Keep::nothing));
    std::vector<float> result;
    const std::int64_t count = std::ssize(rows);
    const std::int64_t chunk = std::max<std::int64_t>(1, m_.logits_at_once(count));
    for (std::int64_t first = 0; first < count; first += chunk) {
      const std::int64_t some = std::min(chunk, count - first);
      const auto logits = m_.take_logits(head_logits, some, config_.vocab);
      m_.product(m_.rows(hidden, first, some), head(), logits);
      m_.append(logits, result);
    }
    return result;
  }

 private:
  struct Gradients {
    typename M::GradientBuffer& of;
    Places places;
  };

  PackPlan begin(const Pack& pack, const ForwardOptions& options) {
    if (!(options.temperature > 0)) { throw Bug("the temperature of the loss must be positive"); }
    PackPlan plan = plan_pack(pack, config_.vocab);
    m_.begin(pack, plan);
    return plan;
  }

  Gradients gradients_in(const AnyGradients& any) const {
    auto* const gradients = any.as<typename M::GradientBuffer>();
    if (gradients == nullptr) { throw Bug("the gradients are not on the device of the weights"); }
    m_.check_gradients(*gradients);
    return {*gradients, places_of(config_, gradients->layout())};
  }

  static void check(const PredictionGradients& gradients, const Pack& pack) {
    if (gradients.logprob.size() != pack.rows.size() ||
        (!gradients.entropy.empty() && gradients.entropy.size() != pack.rows.size())) {
      throw Bug("the loss returned gradients for a different number of predictions");
    }
  }

  /// False for an empty pack.
  bool run_forward(const Pack& pack, const ForwardOptions& options) {
    const PackPlan plan = begin(pack, options);
    if (plan.tokens == 0) { return false; }
    head_forward(final_hidden(run_layers(Keep::nothing)), options);
    return true;
  }

  /// set_gradients(): between forward and backward, gives the machine the gradients of the predictions. False
  /// for an empty pack: its hooks are called.
  template <class SetGradients>
  bool run(const Pack& pack, const ForwardOptions& options, const AnyGradients& any_gradients,
           const BackwardHooks& hooks, const SetGradients& set_gradients) {
    const Gradients gradients = gradients_in(any_gradients);
    const PackPlan plan = begin(pack, options);
    const std::size_t layers = layers_.size();
    if (plan.tokens == 0) {
      for (std::size_t bucket = layers + 2; bucket-- > 0;) {
        tell(hooks.before, bucket), tell(hooks.after, bucket);
      }
      return false;
    }
    const Keep keep = kept_with(options.recompute);
    const Activations hidden = final_hidden(run_layers(keep));
    head_forward(hidden, options);
    set_gradients();
    tell(hooks.before, 0);  // with tied embeddings, the head's gradient goes to bucket 0 first
    tell(hooks.before, layers + 1);
    const Activations d = head_and_norm_backward(hidden, options, gradients);
    tell(hooks.after, layers + 1);
    for (std::size_t l = layers; l-- > 0;) {
      const LayerState<M> layer = state_of(m_, l, keep, m_.tokens());
      if (keep == Keep::inputs) {
        layer_forward(m_, layers_[l], layer, m_.take(recomputed_output, m_.tokens(), config_.hidden));
      } else if (keep == Keep::without_gate_up) {
        gate_up_again(m_, layers_[l], layer);
      }
      tell(hooks.before, l + 1);
      LayerGradients<M> of_layer = tensors_at(
          gradients.places.layers[l], [&](const Place& place) { return m_.gradient(gradients.of, place); },
          [&](const Place& place) { return m_.gradient_vector(gradients.of, place); });
      layer_backward(m_, layers_[l], layer, d, of_layer);
      tell(hooks.after, l + 1);
    }
    m_.add_embedding(d, m_.gradient(gradients.of, gradients.places.embedding));
    tell(hooks.after, 0);
    m_.finish();
    return true;
  }

  typename M::Weights head() const { return m_.weights(places_.head); }
  typename M::WeightVector final_norm() const { return m_.weight_vector(places_.final_norm); }

  /// The residual stream after the last layer [tokens, hidden].
  Activations run_layers(Keep keep) {
    const std::int64_t tokens = m_.tokens();
    m_.embed(m_.weights(places_.embedding), stream_of(m_, 0, keep, tokens));
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      layer_forward(m_, layers_[l], state_of(m_, l, keep, tokens), stream_of(m_, l + 1, keep, tokens));
    }
    return stream_of(m_, layers_.size(), keep, tokens);
  }

  typename M::Scales scales() { return m_.take_scales(row_scales, m_.predicting_rows()); }
  Activations picked() { return m_.take(gathered, m_.predicting_rows(), config_.hidden); }

  /// Final norm of the predicting rows [padded rows, hidden]; padding rows are zero.
  Activations final_hidden(const Activations& stream) {
    const std::int64_t count = m_.predicting_rows(), padded = M::padded_rows(count);
    const Activations hidden = m_.take(hidden_rows, padded, config_.hidden);
    if (padded > count) { m_.zero(m_.rows(hidden, count, padded - count)); }
    m_.pick(stream, picked());
    m_.rms_norm(picked(), final_norm(), m_.rows(hidden, 0, count), scales());
    return hidden;
  }

  void head_forward(const Activations& hidden, const ForwardOptions& options) {
    const std::int64_t rows = M::padded_rows(m_.predicting_rows()), chunk = logits_rows(options.head_chunk);
    m_.begin_head(1 / options.temperature);
    for (std::int64_t first = 0; first < rows; first += chunk) {
      const std::int64_t count = std::min(chunk, rows - first);
      const auto logits = m_.take_logits(head_logits, count, config_.vocab);
      m_.product(m_.rows(hidden, first, count), head(), logits);
      m_.read_logits(logits, first);
    }
  }

  /// Directly after head_forward: the logits of its last chunk are still in memory. The logits of other
  /// chunks are computed again. Writes d loss / d hidden.
  void head_backward(const Activations& hidden, const Activations& dhidden, const ForwardOptions& options,
                     const typename M::Gradient& dhead) {
    const std::int64_t rows = M::padded_rows(m_.predicting_rows()), chunk = logits_rows(options.head_chunk);
    const std::int64_t last = rows == 0 ? -1 : (rows - 1) / chunk * chunk;
    for (std::int64_t first = last; first >= 0; first -= chunk) {
      const std::int64_t count = std::min(chunk, rows - first);
      const auto logits = m_.take_logits(head_logits, count, config_.vocab);
      const Activations some = m_.rows(hidden, first, count);
      if (first != last) { m_.product(some, head(), logits); }
      const auto dlogits = m_.turn_into_gradients(logits, first);
      m_.input_gradient(dlogits, head(), m_.rows(dhidden, first, count));
      m_.weight_gradient(dlogits, some, dhead);
    }
  }

  /// Returns d loss / d residual stream [tokens, hidden]. Adds the gradients of head and final norm.
  Activations head_and_norm_backward(const Activations& hidden, const ForwardOptions& options,
                                     const Gradients& gradients) {
    const std::int64_t count = m_.predicting_rows();
    const Activations dhidden = m_.take(hidden_gradient, M::padded_rows(count), config_.hidden);
    head_backward(hidden, dhidden, options, m_.gradient(gradients.of, gradients.places.head));
    const Activations drows = m_.take(gradient_rows, count, config_.hidden),
                      d = m_.take(gradient, m_.tokens(), config_.hidden);
    m_.zero(drows);
    m_.rms_norm_backward(m_.rows(dhidden, 0, count), picked(), final_norm(), scales(), drows,
                         m_.gradient_vector(gradients.of, gradients.places.final_norm));
    m_.zero(d);
    m_.unpick(drows, d);
    return d;
  }

  std::unique_ptr<M> machine_;
  M& m_;
  const ModelConfig& config_;
  Places places_;
  std::vector<LayerWeights<M>> layers_;
};

}  // namespace srl::model
