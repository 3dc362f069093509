#pragma once
// The operations of the forward and backward on a GPU, enqueued on one stream. T: bf16 or float, the elements
// of weights and activations; logits, scales, log-sums and gradients of weights are fp32. Only for this room.
#include <optional>
#include <vector>

#include "compute/attention.hpp"
#include "compute/flash_attention.hpp"
#include "compute/gather.hpp"
#include "compute/head_rows.hpp"
#include "compute/products.hpp"
#include "compute/rotation.hpp"
#include "model/gpu/buffers.hpp"
#include "model/gpu/late_predictions.hpp"
#include "model/gpu/pack_plan.hpp"
#include "model/gpu_parameters.hpp"

namespace srl::model {

template <class T>
class GpuMachine : public GpuTensors<T> {
  using Matrix = compute::GpuRows<T>;
  using Input = const compute::GpuRows<T>&;
  using InputVector = const device::Span<const T>&;
  using WeightMatrix = const compute::GpuRows<const T>&;
  template <class E>
  using Span = device::Span<E>;

 public:
  using GradientBuffer = GpuGradients;
  static constexpr bool runs_later = true;

  /// Keeps references.
  GpuMachine(const GpuWeights& weights, const PackLimits& most, device::Arena& memory,
             const device::Turn& turn, const device::Stream& stream);
  GpuMachine(GpuMachine&&) = delete;  // `turn` knows its address

  const ModelConfig& config() const { return weights_.config(); }
  const std::vector<ParameterInfo>& weight_layout() const { return weights_.layout(); }
  compute::GpuRows<const T> weights(const Place& place) const { return weights_.matrix<T>(place); }
  Span<const T> weight_vector(const Place& place) const { return weights_.vector<T>(place); }
  compute::GpuRows<float> gradient(const GpuGradients& gradients, const Place& place) const {
    return {part(gradients.flat(), place), place.rows, place.width};
  }
  Span<float> gradient_vector(const GpuGradients& gradients, const Place& place) const {
    return part(gradients.flat(), place);
  }
  void check_gradients(const GpuGradients& gradients) const;

  Matrix take(std::size_t slot, std::int64_t rows, std::int64_t width) {
    return {memory_.scratch.slots.template take<T>(slot, rows * width), rows, width};
  }
  Span<float> take_scales(std::size_t slot, std::int64_t rows) {
    return memory_.scratch.slots.template take<float>(slot, rows);
  }
  compute::GpuRows<float> take_log_sums(std::size_t slot, std::int64_t rows, std::int64_t heads) {
    return {memory_.scratch.slots.template take<float>(slot, rows * heads), rows, heads};
  }
  compute::GpuRows<float> take_logits(std::size_t slot, std::int64_t rows, std::int64_t width) {
    return take_log_sums(slot, rows, width);
  }
  Matrix columns(Input x, std::int64_t first, std::int64_t count) const { return x.columns(first, count); }
  Matrix rows(Input x, std::int64_t first, std::int64_t count) const { return x.from(first, count); }
  void zero(Input x);

  void begin(const Pack& pack, const PackPlan& plan);
  void finish() {}
  std::int64_t tokens() const { return tokens_; }
  std::int64_t predicting_rows() const { return std::ssize(plan_.rows); }
  static std::int64_t padded_rows(std::int64_t rows) { return rows; }
  std::int64_t logits_at_once(std::int64_t rows) const {
    return std::min(rows, logits_rows(most_.head_chunk));
  }

  void rms_norm(Input x, InputVector weight, Input out, Span<float> scale);
  void rms_norm_again(Input x, InputVector weight, Span<float> scale, Input out);
  void rms_norm_backward(Input dout, Input x, InputVector weight, Span<float> scale, Input dx,
                         Span<float> dweight);
  void head_norm(Input x, InputVector weight, Input before);
  void head_norm_backward(Input dx, InputVector weight, Input before, Span<float> dweight);
  void rotate(Input x, int direction);
  void add_bias(Input x, InputVector bias);
  void add_column_sums(Input x, Span<float> sums);
  void gated(Input gate_up, Input out);
  void gated_backward(Input gate_up, Input dout, Input dgate_up, Input out);

  template <class Out>
  void product(Input x, WeightMatrix weight, const compute::GpuRows<Out>& out);
  void add_product(Input addend, Input x, WeightMatrix weight, Input out);
  void input_gradient(Input dout, WeightMatrix weight, Input dx);
  void weight_gradient(Input dout, Input x, const compute::GpuRows<float>& dweight);

  void attention(Input qkv, Input attended, const compute::GpuRows<float>& lse);
  void attention_backward(Input qkv, Input attended, const compute::GpuRows<float>& lse, Input dattended,
                          Input dqkv);

  void embed(WeightMatrix table, Input out);
  void add_embedding(Input d, const compute::GpuRows<float>& dtable);
  void pick(Input stream, Input picked);
  void unpick(Input dpicked, Input dstream);

  void begin_head(double inverse_temperature);
  void read_logits(const compute::GpuRows<float>& logits, std::int64_t first);
  Predictions predictions();  ///< waits
  /// Begins to copy them to the host, where `read` gets them. Those of two packs may be under way.
  void send_predictions(const ReadPredictions& read);
  /// Waits until those of only `left` packs are under way.
  void read_all_but(std::size_t left) { on_the_way_.read_all_but(left); }
  void enqueue_loss(const QueuedLoss& loss);  ///< in place of set_gradients
  void set_gradients(const PredictionGradients& gradients);
  /// In place: row r of the result begins where row r of the logits begins.
  Matrix turn_into_gradients(const compute::GpuRows<float>& logits, std::int64_t first);
  void append(const compute::GpuRows<float>& logits, std::vector<float>& values) const;  ///< waits

 private:
  /// Arrays of a pack in the GPU's memory.
  struct Arrays {
    Span<const std::int32_t> ids, positions, rows, head_first, targets;
    compute::GpuRowsById by_id, by_row;
    std::vector<std::vector<compute::GpuSequences>> sequences;  ///< of the plan's calls
    std::vector<Span<const std::int32_t>> first_part;           ///< [depths], of merges
  };
  template <class E>
  static Span<E> part(Span<E> flat, const Place& place) {
    return flat.part(static_cast<std::size_t>(place.offset),
                     static_cast<std::size_t>(place.rows * place.width));
  }
  template <class E>
  static Span<E> all_of(const compute::GpuRows<E>& x) {
    return {x.view.data, static_cast<std::size_t>(x.view.rows * x.view.width)};
  }
  /// Of one call of the plan.
  void attend(const compute::GpuQkvOf<T>& qkv, const compute::GpuSequences& sequences, Input out,
              const compute::GpuRows<float>& lse);
  void attend_backward(Input dout, const compute::GpuQkvOf<T>& qkv, const compute::GpuSequences& sequences,
                       Input out, const compute::GpuRows<float>& lse,
                       const compute::GpuQkvGradientOf<T>& gradient);
  compute::GpuQkvOf<T> qkv_of(Input qkv, const AttentionCall& call) const;
  compute::GpuQkvGradientOf<T> gradient_of(Input dqkv, const AttentionCall& call) const;
  compute::GpuRowStatistics<float> statistics(std::int64_t first, std::int64_t rows) const;
  compute::GpuPredictions predictions_of(std::int64_t first, std::int64_t rows) const;
  float eps() const { return static_cast<float>(config().rms_eps); }
  std::int64_t query_width() const { return config().heads * config().head_dim; }
  std::int64_t key_width() const { return config().kv_heads * config().head_dim; }

  const GpuWeights& weights_;
  const device::Stream& stream_;
  PackLimits most_;
  device::Turn turn_;
  GpuBuffers<T> memory_;
  device::PinnedPair arrays_on_host_;
  LatePredictions on_the_way_;
  compute::Products products_;
  std::optional<compute::FlashAttention> flash_;
  // Of the pack:
  std::int64_t tokens_ = 0;
  GpuPackPlan plan_;
  PredictionsByRow by_row_;
  Arrays arrays_;
  float inverse_ = 1;
  bool has_entropy_ = false;
};

}  // namespace srl::model
