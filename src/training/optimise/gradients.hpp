#pragma once
// A batch (or a part of it) → this rank's share of the gradient of the loss (docs/method.md, "Losses"), with
// its figures for the metrics line.
#include <cstdint>
#include <optional>
#include <vector>

#include "comm/communicator.hpp"
#include "job/figures.hpp"
#include "job/interruption.hpp"
#include "model/pack.hpp"
#include "objective/objective.hpp"
#include "training/data/batch.hpp"
#include "training/optimise/reduction.hpp"

namespace srl::training {

class GpuLoss;

/// Log-probabilities of every completion's ids, [group][completion][token]. Completions that another rank
/// computes are empty.
using CompletionLogprobs = std::vector<std::vector<std::vector<double>>>;

struct GradientSettings {
  objective::ObjectiveOptions objective;
  bool likelihood = false;          ///< SFT instead of the policy loss
  double temperature = 1.0;         ///< the loss's logits are divided by it
  std::int64_t max_new_tokens = 0;  ///< for loss = constant
  std::int64_t pack_tokens = 8192;
  model::Recompute recompute = model::Recompute::nothing;
  /// Computes the loss's gradients on the model's GPU, so that the host need not wait for a pack before the
  /// next one is enqueued; null: the host computes them.
  GpuLoss* on_gpu = nullptr;
};

/// Sums over this rank's completions; after combining over ranks, over the mini-batch.
struct GradientFigures {
  double loss = 0, entropy = 0, kl = 0, sampler_difference = 0;
  double sampler_kl = 0;  ///< k3 of the sampling distribution against the trainer's policy
  std::int64_t tokens = 0, clipped = 0, packs = 0, packed_tokens = 0, sampled_tokens = 0;
  double flops = 0;  ///< of the model's forward and backward

  template <class Self, class List>
  static void each(Self& f, List& list) {
    list.averaged("loss", f.loss);
    list.mean("entropy", f.entropy, f.tokens);
    list.mean("kl", f.kl, f.tokens);
    list.mean("sampler_logprob_difference", f.sampler_difference, f.sampled_tokens);
    list.mean("sampler_kl_k3", f.sampler_kl, f.sampled_tokens);
    list.mean("clip_fraction", f.clipped, f.tokens);
    list.hidden(f.flops);
    list.hidden(f.tokens);
    list.hidden(f.packs);
    list.hidden(f.packed_tokens);
    list.hidden(f.sampled_tokens);
  }
};

/// Adds this rank's share of the gradient to `gradients` (the caller has called begin()) and finishes the
/// reduction. Returns nothing when the update is dropped; all ranks then agree. `old`: log-probabilities of
/// the policy before the update; null when on-policy, where those of this forward are used. Carried groups
/// are always compared with the policy that sampled them. `reference` is needed only with kl_beta > 0.
std::optional<GradientFigures> add_gradients(model::PackModel& model, const Batch& batch,
                                             const GradientSettings& settings, const CompletionLogprobs* old,
                                             const CompletionLogprobs* reference,
                                             const comm::Communicator& world, GradientBuffer& gradients,
                                             job::Interruption& interruption);

/// Log-probabilities under `model` of the completions in this rank's packs (the same packs as in
/// add_gradients). Incomplete when the rank is leaving.
CompletionLogprobs completion_logprobs(model::PackModel& model, const Batch& batch,
                                       const GradientSettings& settings, const comm::Communicator& world,
                                       job::Interruption& interruption);

}  // namespace srl::training
