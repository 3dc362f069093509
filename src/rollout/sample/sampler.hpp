#pragma once
// One token from one row of logits. The sampling distribution is softmax(logits / temperature), cut down by
// top-k, then top-p of what is left, then min-p (the order of Hugging Face's warpers) and renormalised; the
// choice inverts its cumulative sum in id order at u, so equal numbers give the same token on every machine
// of one layout.
#include <cstdint>
#include <span>
#include <vector>

#include "rollout/generate.hpp"

namespace srl::rollout {

struct Sampled {
  std::int32_t id = -1;
  float logprob =
      0;  ///< under the sampling distribution; greedy: under softmax(logits / temperature), unfiltered
  float model_logprob = 0;  ///< under softmax(logits)
  bool finite = true;       ///< false: a logit is NaN or infinite, nothing was sampled
};

/// Adds `value` to the logit of `id` before anything else (minus infinity = never).
struct Adjustment {
  std::int32_t id = 0;
  float value = 0;
};

struct Candidate {
  float weight;
  std::int32_t id;
};

/// Working memory of one thread, reused from token to token.
struct SamplerScratch {
  std::vector<float> logits, weights;
  std::vector<Candidate> candidates;  ///< of the bin in which the cut lies
  std::vector<double> chunk_sums, bin_mass;
  std::vector<std::int64_t> bin_count;
  std::vector<std::int32_t> seen;  ///< ids under the repetition penalty
};

/// logits [vocabulary]; u in [0, 1). `banned` ids have probability 0; `seen` ids are subject to the
/// repetition penalty.
Sampled sample(std::span<const float> logits, const SamplingOptions& options,
               std::span<const Adjustment> bias, std::span<const std::int32_t> banned,
               std::span<const std::int32_t> seen, double u, SamplerScratch& scratch);

/// What survives top-k, top-p and min-p: weights above `weight`, and those equal to it with an id of at most
/// `id`.
struct Cut {
  float weight = 0;
  std::int32_t id = -1;
};
/// Finds the cut by a histogram over the leading bits of the weights and a sort of one bin, never of the
/// whole vocabulary. weights [vocabulary] are unnormalised probabilities with maximum 1 in [0, 1]; ties go to
/// the lower id.
Cut find_cut(std::span<const float> weights, const SamplingOptions& options, SamplerScratch& scratch);

}  // namespace srl::rollout
