#pragma once
// A batch (or a part of it) → this rank's share of the gradient of the loss (docs/method.md, "Losses"), with
// what the update line reports of it.
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

/// Log-probabilities of every answer's ids, [group][answer][token]; an answer that another rank computed is
/// empty.
using CompletionLogprobs = std::vector<std::vector<std::vector<double>>>;

struct GradientSettings {
  objective::ObjectiveOptions objective;
  bool likelihood = false;          ///< SFT instead of the policy loss
  double temperature = 1.0;         ///< the loss's logits are divided by it
  std::int64_t max_new_tokens = 0;  ///< for loss = constant
  std::int64_t pack_tokens = 8192;
  bool recompute = false;
};

/// Sums over this rank's completions; combined over ranks: the mini-batch's.
struct GradientFigures {
  double loss = 0, entropy = 0, kl = 0, sampler_difference = 0;
  std::int64_t tokens = 0, clipped = 0, packs = 0, packed_tokens = 0, sampled_tokens = 0;
  double flops = 0;  ///< of the model's forward and backward

  template <class Self, class List>
  static void each(Self& f, List& list) {
    list.averaged("loss", f.loss);
    list.mean("entropy", f.entropy, f.tokens);
    list.mean("kl", f.kl, f.tokens);
    list.mean("sampler_logprob_difference", f.sampler_difference, f.sampled_tokens);
    list.mean("clip_fraction", f.clipped, f.tokens);
    list.hidden(f.flops);
    list.hidden(f.tokens);
    list.hidden(f.packs);
    list.hidden(f.packed_tokens);
    list.hidden(f.sampled_tokens);
  }
};

/// Adds this rank's share of the gradient into `gradients` (begun by the caller) and finishes the reduction;
/// nothing when the update is dropped, after which all ranks are in step. `old` (of an earlier policy) may be
/// null: on-policy, the forward's own; carried groups are always compared with the policy that sampled them.
/// `reference` only with kl_beta > 0.
std::optional<GradientFigures> add_gradients(model::PackModel& model, const Batch& batch,
                                             const GradientSettings& settings, const CompletionLogprobs* old,
                                             const CompletionLogprobs* reference,
                                             const comm::Communicator& world, GradientBuffer& gradients,
                                             job::Interruption& interruption);

/// Log-probabilities under `model` of the completions whose packs belong to this rank (the same packs as
/// add_gradients'). Not all of them when the rank is leaving.
CompletionLogprobs completion_logprobs(model::PackModel& model, const Batch& batch,
                                       const GradientSettings& settings, const comm::Communicator& world,
                                       job::Interruption& interruption);

}  // namespace srl::training
