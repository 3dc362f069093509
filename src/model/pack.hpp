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
  /// Logits [rows, vocabulary] as floats, for inspection (srl_model logits).
  std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::model
