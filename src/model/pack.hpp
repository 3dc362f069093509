#pragma once
// The path of data through this room:
//   a model folder or GGUF file → config.hpp and parameters.hpp: all weights in one flat buffer
//   a Pack of token ids → embedding → layers → log-probabilities of the target tokens
//   their gradients, from the caller's loss → layers in reverse → a gradient buffer like that of the weights
// A pack holds segments without padding: the prompt of a group is computed once and its completions attend to
// it (docs/design.md, "Promise: the group is the unit"). The backward is written by hand, without autograd,
// to control memory and the order of sums.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "device/turns.hpp"
#include "model/gpu_parameters.hpp"
#include "model/options.hpp"
#include "model/parameters.hpp"

namespace srl::model {

/// Tokens [begin, begin+length) of the pack. They attend causally to each other, and to the whole parent
/// segment and its parent.
struct Segment {
  std::int64_t begin = 0, length = 0;
  std::int64_t parent = -1;   ///< index of an earlier segment, -1 = none; at most two ancestors
  std::int64_t position = 0;  ///< rope position of its first token
};

struct Pack {
  std::vector<std::int32_t> ids;  ///< [tokens]
  std::vector<Segment> segments;  ///< in order; together they cover [0, tokens)
  /// The predictions: the hidden state at `row` predicts `target`. In a completion, the prompt's last token
  /// predicts the first token, and each token predicts the next one. The completion's last token is not a
  /// row. Rows are indices into the pack and may repeat, [predictions].
  std::vector<std::int64_t> rows;
  std::vector<std::int32_t> targets;  ///< [predictions]
};

struct Predictions {
  std::vector<double> logprob;  ///< [predictions] log softmax(logits / temperature)[target]
  std::vector<double> entropy;  ///< [predictions] of softmax(logits / temperature)
};

/// d loss / d logprob and d loss / d entropy, [predictions]. `entropy` may be empty, which means zeros.
struct PredictionGradients {
  std::vector<double> logprob, entropy;
};

/// A pack's predictions in a GPU's memory, sorted by row of the head (compute/head_rows.hpp), and where the
/// loss's gradients of them go.
struct GpuLossPlace {
  std::span<const std::int32_t> order;     ///< on the host: the prediction at each place
  device::Span<const std::int32_t> first;  ///< [rows + 1] the predictions of row r begin at first[r]
  device::Span<const float> logprob;       ///< [predictions]
  device::Span<float> dlogprob;            ///< [predictions]
  device::Span<float> coefficient;         ///< [rows] the sum of dlogprob over the row's predictions
};

using ReadPredictions = std::function<void(const Predictions&)>;

/// A loss whose gradients a GPU computes.
struct QueuedLoss {
  /// Enqueues the gradients; d loss / d entropy is 0.
  std::function<void(const device::Stream&, const GpuLossPlace&)> enqueue;
  ReadPredictions read;  ///< gets the predictions on the host, later
};

struct ForwardOptions {
  double temperature = 1.0;
  Recompute recompute = Recompute::nothing;
  std::int64_t head_chunk = 1024;  ///< rows of logits in memory at a time, rounded up to a multiple of 8
};

/// The largest pack of a PackModel on a GPU: its memory is taken once.
struct PackLimits {
  std::int64_t tokens = 0, predictions = 0;
  std::int64_t positions = 0;                ///< largest rope position + 1
  std::int64_t generations = 1;              ///< ancestors of a segment, at most 2
  std::int64_t head_chunk = 1024;            ///< as in ForwardOptions
  bool backward = true;                      ///< also forward_backward
  Recompute recompute = Recompute::nothing;  ///< of every forward_backward
  bool flash = false;  ///< attention in bf16 by FlashAttention (compute/attention_choice.hpp)
};

/// Called by the backward for each bucket (buckets_of): `before` the first addition to the bucket's
/// gradients, and `after` the last one. The order of `after` is: final norm and head, layers L-1..0,
/// embedding. Also called for an empty pack, which adds nothing.
struct BackwardHooks {
  std::function<void(std::size_t bucket)> before = {}, after = {};
};

/// The buffer that a backward adds to: on the CPU, or on the GPU of the weights. A reference.
class AnyGradients {
 public:
  AnyGradients(Parameters& on_cpu) : of_(&on_cpu) {}
  AnyGradients(GpuGradients& on_gpu) : of_(&on_gpu) {}
  /// Null if they are elsewhere.
  template <class Buffer>
  Buffer* as() const {
    Buffer* const* const found = std::get_if<Buffer*>(&of_);
    return found ? *found : nullptr;
  }

 private:
  std::variant<Parameters*, GpuGradients*> of_;
};

class PackModel {
 public:
  explicit PackModel(const Parameters& parameters);  ///< keeps a reference; weights are read in place
  /// The same on a GPU. Its memory comes from `memory`, all of it now: gpu_bytes(). With `turn`, what packs
  /// need only while they are computed comes from there. Work is enqueued on `stream`; forward, and
  /// forward_backward before it calls the loss, wait for it. Keeps references to all. BadInput for a pack
  /// beyond `most`, and for a model whose sizes the GPU's kernels do not support.
  PackModel(const GpuWeights& weights, const PackLimits& most, device::Arena& memory,
            const device::Stream& stream, const std::optional<device::Turn>& turn = {});
  static device::TurnBytes gpu_bytes(const ModelConfig& config, Dtype dtype, const PackLimits& most);
  ~PackModel();
  PackModel(PackModel&&) noexcept;
  /// Log-probabilities only; keeps no activations.
  Predictions forward(const Pack& pack, const ForwardOptions& options);
  /// Runs the forward, calls `loss` to get the gradients of the predictions, then runs the backward, which
  /// adds to `gradients`: on the CPU those have the parameters of the weights and are fp32 or fp64.
  Predictions forward_backward(const Pack& pack, const ForwardOptions& options,
                               const std::function<PredictionGradients(const Predictions&)>& loss,
                               const AnyGradients& gradients, const BackwardHooks& hooks = {});
  // The same without waiting, on a GPU: all work is enqueued, then `read` gets the predictions of the pack
  // before this one. So the GPU has work while the host reads, and two packs are under way. On the CPU `read`
  // is called at once.
  void enqueue_forward(const Pack& pack, const ForwardOptions& options, const ReadPredictions& read);
  /// Bug on the CPU.
  void enqueue_forward_backward(const Pack& pack, const ForwardOptions& options, const QueuedLoss& loss,
                                const AnyGradients& gradients, const BackwardHooks& hooks = {});
  /// Waits for the predictions of all packs and calls their `read`. The functions above that return
  /// predictions begin with it.
  void read_all();
  /// Logits [rows, vocabulary] as floats, for inspection (srl_model logits).
  std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::model
