#pragma once
// Forward and backward for training over a pack of segments without padding: the prompt of a group is
// computed once and its answers attend to it (docs/design.md, "Promise: the group is the unit"). No autograd:
// the backward is written out, so memory and order are ours.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/parameters.hpp"

namespace srl::model {

/// Tokens [begin, begin+length) of the pack attend to themselves causally and to the whole parent segment
/// (and its parent).
struct Segment {
  std::int64_t begin = 0, length = 0;
  std::int64_t parent = -1;  ///< index of an earlier segment of the pack, -1 = none; trees up to two deep
  std::int64_t position =
      0;  ///< rope position of its first token (= parent's position + length for an answer)
};

struct Pack {
  std::vector<std::int32_t> ids;  ///< [tokens]
  std::vector<Segment> segments;  ///< cover [0, tokens) in order
  /// Positions whose log-probability is wanted: the hidden state at `row` predicts `target`. For an answer of
  /// n tokens: the first is predicted by the prompt's last token, the others by the answer's own tokens (its
  /// last token is not a row).
  std::vector<std::int64_t>
      rows;  ///< [predictions] indices into the pack; the same row may appear many times
  std::vector<std::int32_t> targets;  ///< [predictions]
};

struct Predictions {
  std::vector<double> logprob;  ///< [predictions] log softmax(logits / temperature)[target]
  std::vector<double> entropy;  ///< [predictions] of softmax(logits / temperature)
};

/// Given the predictions, d loss / d logprob of each one (and d loss / d entropy, usually zeros: may be left
/// empty).
struct PredictionGradients {
  std::vector<double> logprob, entropy;
};

struct ForwardOptions {
  double temperature = 1.0;
  bool recompute = false;          ///< activation recomputation per layer
  std::int64_t head_chunk = 1024;  ///< rows of logits alive at once, rounded up to a multiple of 8
};

/// Told by a backward, bucket by bucket (buckets_of): `before` its first addition to a bucket's gradients,
/// `after` its last one, which come in the order final norm and head, layers L-1..0, embedding (also for an
/// empty pack, which adds nothing).
struct BackwardHooks {
  std::function<void(std::size_t bucket)> before = {}, after = {};
};

class PackModel {
 public:
  explicit PackModel(const Parameters& parameters);  ///< keeps a reference; weights are read in place
  ~PackModel();
  /// Log-probabilities only; keeps no activations.
  Predictions forward(const Pack& pack, const ForwardOptions& options);
  /// Forward, then `loss` turns predictions into their gradients, then backward adds into `gradients` (same
  /// layout, fp32 or fp64).
  Predictions forward_backward(const Pack& pack, const ForwardOptions& options,
                               const std::function<PredictionGradients(const Predictions&)>& loss,
                               Parameters& gradients, const BackwardHooks& hooks = {});
  /// Logits [rows, vocabulary] as floats, for inspection (srl_model logits).
  std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace srl::model
