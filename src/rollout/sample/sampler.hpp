#pragma once
// One token from one row of logits. The sampling distribution is softmax(logits / temperature), restricted by
// top-k, then by top-p of the rest, then by min-p (the order of Hugging Face's warpers), and renormalised.
// The token is the one where the cumulative sum in id order exceeds u, so the same logits and u always give
// the same token.
#include <cstdint>
#include <span>
#include <vector>

#include "rollout/generate.hpp"

namespace srl::rollout {

struct Sampled {
  std::int32_t id = -1;
  float logprob = 0;         ///< as Completion::logprobs
  float policy_logprob = 0;  ///< as Completion::policy_logprobs
  float model_logprob = 0;   ///< under softmax(logits)
  bool finite = true;        ///< false: a logit is NaN or infinite; nothing was sampled
};

struct Candidate {
  float weight;
  std::int32_t id;
};

/// Scratch memory of one thread, reused for every token.
struct SamplerScratch {
  std::vector<float> logits, weights;
  std::vector<Candidate> candidates;  ///< of the bin that contains the cut
  std::vector<double> chunk_sums, bin_mass;
  std::vector<std::int64_t> bin_count;
  std::vector<std::int32_t> seen;  ///< ids under the repetition penalty
};

/// logits [vocabulary]; u in [0, 1). `banned` ids have probability 0; `seen` ids are subject to the
/// repetition penalty.
Sampled sample(std::span<const float> logits, const SamplingOptions& options,
               std::span<const Adjustment> bias, std::span<const std::int32_t> banned,
               std::span<const std::int32_t> seen, double u, SamplerScratch& scratch);

/// Ids kept by top-k, top-p and min-p: those with a weight above `weight`, or equal to it and an id of at
/// most `id`.
struct Cut {
  float weight = 0;
  std::int32_t id = -1;
};
/// Finds the cut with a histogram over the leading bits of the weights and a sort of one bin, never of the
/// whole vocabulary. weights [vocabulary]: unnormalised probabilities in [0, 1] with maximum 1. For equal
/// weights the lower id is kept.
Cut find_cut(std::span<const float> weights, const SamplingOptions& options, SamplerScratch& scratch);

}  // namespace srl::rollout
