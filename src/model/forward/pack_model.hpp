#pragma once
// What PackModel calls: one implementation per machine. Only for this room.
#include "model/pack.hpp"

namespace srl::model {

using Loss = std::function<PredictionGradients(const Predictions&)>;

struct PackModel::Impl {
  virtual ~Impl() = default;
  virtual Predictions forward(const Pack& pack, const ForwardOptions& options) = 0;
  virtual Predictions forward_backward(const Pack& pack, const ForwardOptions& options, const Loss& loss,
                                       const AnyGradients& gradients, const BackwardHooks& hooks) = 0;
  virtual void enqueue_forward(const Pack& pack, const ForwardOptions& options,
                               const ReadPredictions& read) = 0;
  virtual void enqueue_forward_backward(const Pack& pack, const ForwardOptions& options,
                                        const QueuedLoss& loss, const AnyGradients& gradients,
                                        const BackwardHooks& hooks) = 0;
  virtual void read_all() = 0;
  virtual std::vector<float> logits(const Pack& pack, std::span<const std::int64_t> rows) = 0;
};

}  // namespace srl::model
