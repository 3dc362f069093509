#pragma once
// The operations of the forward and backward on the CPU: products and attention by LibTorch, the others by
// the room compute. T: float, double. Only for this room (needs ATen).
#include <ATen/ATen.h>

#include <vector>

#include "compute/head_rows.hpp"
#include "model/cpu/workspace.hpp"
#include "model/forward/pack_plan.hpp"
#include "model/pack.hpp"
#include "model/places.hpp"

namespace srl::model {

template <class T>
class CpuMachine {
 public:
  // Matrices and vectors are tensors. Gradients may have another element type than T.
  using Activations = at::Tensor;
  using Weights = at::Tensor;
  using WeightVector = at::Tensor;
  using Gradient = at::Tensor;
  using GradientVector = at::Tensor;
  using Scales = at::Tensor;
  using LogSums = at::Tensor;
  using GradientBuffer = Parameters;
  static constexpr bool runs_later = false;  ///< operations are done when they return

  explicit CpuMachine(const Parameters& parameters);  ///< keeps a reference

  const ModelConfig& config() const { return parameters_.config(); }
  const std::vector<ParameterInfo>& weight_layout() const { return parameters_.layout(); }
  at::Tensor weights(const Place& place) const { return matrix_at(parameters_, place); }
  at::Tensor weight_vector(const Place& place) const { return vector_at(parameters_, place); }
  at::Tensor gradient(const Parameters& gradients, const Place& place) const {
    return matrix_at(gradients, place);
  }
  at::Tensor gradient_vector(const Parameters& gradients, const Place& place) const {
    return vector_at(gradients, place);
  }
  void check_gradients(const Parameters& gradients) const;  ///< Bug

  // Memory. Undefined content.
  at::Tensor take(std::size_t slot, std::int64_t rows, std::int64_t width) {
    return workspace_.take(slot, {rows, width});
  }
  at::Tensor take_scales(std::size_t slot, std::int64_t rows) { return workspace_.take(slot, {rows}); }
  at::Tensor take_log_sums(std::size_t slot, std::int64_t rows, std::int64_t heads) {
    return take(slot, rows, heads);
  }
  at::Tensor take_logits(std::size_t slot, std::int64_t rows, std::int64_t width) {
    return take(slot, rows, width);
  }
  at::Tensor columns(const at::Tensor& x, std::int64_t first, std::int64_t count) const {
    return x.narrow(1, first, count);
  }
  at::Tensor rows(const at::Tensor& x, std::int64_t first, std::int64_t count) const {
    return x.narrow(0, first, count);
  }
  void zero(const at::Tensor& x) { x.zero_(); }

  // The pack that the next operations are about; both must exist until the next one. `pack` may be empty
  // where there are no predictions.
  void begin(const Pack& pack, const PackPlan& plan);
  void finish() {}
  const Pack& pack() const { return *pack_; }
  std::int64_t tokens() const { return plan_->tokens; }
  std::int64_t predicting_rows() const { return std::ssize(plan_->rows); }
  /// Number of rows of logits for so many predicting rows: a multiple of 8; padding rows are zero. With fewer
  /// than 13 rows that are not a multiple of 4, MKL on several threads sums over the vocabulary in one
  /// sequence, with six times the rounding error (measured in d loss / d hidden: 2.4e-6 instead of 3.9e-7
  /// relative).
  static std::int64_t padded_rows(std::int64_t rows) { return (rows + 7) / 8 * 8; }
  /// Rows in one product of `logits`.
  static std::int64_t logits_at_once(std::int64_t rows) { return rows; }

  // Operations of compute, by their names there.
  void rms_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& out,
                const at::Tensor& scale);
  void rms_norm_again(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& scale,
                      const at::Tensor& out);
  void rms_norm_backward(const at::Tensor& dout, const at::Tensor& x, const at::Tensor& weight,
                         const at::Tensor& scale, const at::Tensor& dx, const at::Tensor& dweight);
  void head_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& before);
  void head_norm_backward(const at::Tensor& dx, const at::Tensor& weight, const at::Tensor& before,
                          const at::Tensor& dweight);
  void rotate(const at::Tensor& x, int direction);
  void add_bias(const at::Tensor& x, const at::Tensor& bias);
  void add_column_sums(const at::Tensor& x, const at::Tensor& sums);
  void gated(const at::Tensor& gate_up, const at::Tensor& out);
  void gated_backward(const at::Tensor& gate_up, const at::Tensor& dout, const at::Tensor& dgate_up,
                      const at::Tensor& out);

  /// out = x weight^T
  void product(const at::Tensor& x, const at::Tensor& weight, at::Tensor out);
  /// out = addend + x weight^T
  void add_product(const at::Tensor& addend, const at::Tensor& x, const at::Tensor& weight, at::Tensor out);
  /// dx = dout weight
  void input_gradient(const at::Tensor& dout, const at::Tensor& weight, at::Tensor dx);
  /// dweight += dout^T x
  void weight_gradient(const at::Tensor& dout, const at::Tensor& x, at::Tensor dweight);

  void attention(const at::Tensor& qkv, at::Tensor attended, at::Tensor lse);
  /// Overwrites dqkv.
  void attention_backward(const at::Tensor& qkv, const at::Tensor& attended, const at::Tensor& lse,
                          const at::Tensor& dattended, at::Tensor dqkv);

  void embed(const at::Tensor& table, const at::Tensor& out);         ///< rows of the tokens' ids
  void add_embedding(const at::Tensor& d, const at::Tensor& dtable);  ///< its gradient
  void pick(const at::Tensor& stream, const at::Tensor& picked);      ///< the predicting rows
  void unpick(const at::Tensor& dpicked, const at::Tensor& dstream);  ///< its gradient

  // The head: begin_head, then read_logits of all rows in chunks, predictions; set_gradients, then
  // turn_into_gradients of all rows in chunks. `first` is the chunk's first predicting row.
  void begin_head(double inverse_temperature);
  void read_logits(const at::Tensor& logits, std::int64_t first);
  Predictions predictions();
  void set_gradients(const PredictionGradients& gradients) { gradients_ = &gradients; }
  /// d loss / d logits, in place.
  at::Tensor turn_into_gradients(const at::Tensor& logits, std::int64_t first);
  void append(const at::Tensor& logits, std::vector<float>& values) const;

 private:
  static at::ScalarType type() { return std::is_same_v<T, double> ? at::kDouble : at::kFloat; }
  static at::Tensor matrix_at(const Parameters& parameters, const Place& place);
  static at::Tensor vector_at(const Parameters& parameters, const Place& place);
  T eps() const { return static_cast<T>(config().rms_eps); }
  void extend_rope(std::int64_t positions);

  const Parameters& parameters_;
  Workspace workspace_{type()};
  RopeTable rope_;
  std::vector<T> cosine_, sine_;  ///< [positions so far, head_dim/2]
  const Pack* pack_ = nullptr;
  const PackPlan* plan_ = nullptr;
  T inverse_ = 1;
  PredictionsByRow by_row_;
  std::vector<compute::RowStatistics> statistics_;
  Predictions predictions_;
  const PredictionGradients* gradients_ = nullptr;
};

}  // namespace srl::model
