#pragma once
// One batch → one optimizer step per mini-batch: old and reference log-probabilities, gradients, norm clip,
// AdamW. Either all steps of the batch are applied or none.
#include <filesystem>
#include <memory>
#include <optional>

#include "model/pack.hpp"
#include "training/optimise/gradients.hpp"
#include "training/optimise/optimizer.hpp"
#include "training/options.hpp"

namespace srl::training {

enum class Learned {
  done,
  not_finite,  ///< NaN or infinite loss or gradient: the weights are as before the batch
  dropped      ///< a stop request: the weights are as before the batch
};

struct LearnReport {
  GradientFigures figures;
  double grad_norm = 0;          ///< of the last mini-batch, before clipping
  double gradient_seconds = 0;   ///< forward and backward, with the reductions that overlap them
  double optimizer_seconds = 0;  ///< norm, AdamW, all-gather
};

class Learner {
 public:
  /// Keeps references. `reference` is the frozen start model; null when kl_beta = 0. `loss`: of the model's
  /// GPU; null on the CPU.
  Learner(const Options& options, std::unique_ptr<Optimizer> optimizer, model::PackModel& model,
          model::PackModel* reference, GpuLoss* loss, const comm::Communicator& world);

  /// Collective. First sends payloads to the ranks that train on them. `dump`: file for the first
  /// mini-batch's reduced gradients, before clipping.
  Learned learn(const Batch& batch, double learning_rate, const std::optional<std::filesystem::path>& dump,
                job::Interruption& interruption, LearnReport& report);

  Optimizer& optimizer() { return *optimizer_; }

 private:
  Learned learn_part(const Batch& part, const CompletionLogprobs* old, const CompletionLogprobs* reference,
                     double learning_rate, const std::optional<std::filesystem::path>& dump,
                     job::Interruption& interruption, std::size_t parts, LearnReport& report);

  const Options& options_;
  GradientSettings settings_;
  model::PackModel& model_;
  model::PackModel* reference_;
  comm::Communicator world_;
  std::unique_ptr<Optimizer> optimizer_;
};

}  // namespace srl::training
