#pragma once
// One token from one row of logits. The sampling distribution is softmax(logits / temperature), restricted by
// top-k, then by top-p of the rest, then by min-p (the order of Hugging Face's warpers), and renormalised.
// The token is the one where the cumulative sum in id order exceeds u, so the same logits and u always give
// the same token.
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

struct SamplingRule {
  double temperature = 1;         ///< above 0
  double top_p = 1;               ///< 1 = off
  double min_p = 0;               ///< 0 = off
  std::int64_t top_k = 0;         ///< 0 = off
  bool greedy = false;            ///< always the likeliest token; ties: lowest id
  double repetition_penalty = 1;  ///< divides positive logits of seen ids, multiplies others
};

/// `value` is added to the logit of `id`; minus infinity: the id is never sampled.
struct LogitBias {
  std::int32_t id = 0;
  float value = 0;
};

struct Sampled {
  std::int32_t id = -1;
  float logprob = 0;         ///< under the sampling distribution; greedy: under softmax(logits / temperature)
  float policy_logprob = 0;  ///< under softmax(logits / temperature) without cut, penalty, bias and bans
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
Sampled sample(std::span<const float> logits, const SamplingRule& options, std::span<const LogitBias> bias,
               std::span<const std::int32_t> banned, std::span<const std::int32_t> seen, double u,
               SamplerScratch& scratch);

/// Ids kept by top-k, top-p and min-p: those with a weight above `weight`, or equal to it and an id of at
/// most `id`.
struct Cut {
  float weight = 0;
  std::int32_t id = -1;
};
/// Finds the cut with a histogram over the leading bits of the weights and a sort of one bin, never of the
/// whole vocabulary. weights [vocabulary]: unnormalised probabilities in [0, 1] with maximum 1. For equal
/// weights the lower id is kept.
Cut find_cut(std::span<const float> weights, const SamplingRule& options, SamplerScratch& scratch);

/// The counters of one token's random number (base/random.hpp).
struct SampleCounters {
  std::uint64_t draw = 0, completion = 0, token = 0;
};

/// How the samples of a batch are drawn. Arrays are in a GPU's memory.
struct GpuSampling {
  SamplingRule rule;
  std::uint64_t seed = 0;
  RandomStream stream = RandomStream::rollout;
  device::Span<const SampleCounters> counters;  ///< [samples]
  device::Span<const float> bias;               ///< [vocabulary], added to the logits; may be empty
  device::Span<const std::int32_t> banned;      ///< ids without probability where has_bans; may be empty
  device::Span<const std::uint32_t> has_bans;   ///< [samples], 0 or 1; empty without `banned`
  /// [samples][(vocabulary + 31) / 32] bits of the ids that the repetition penalty concerns. The chosen id is
  /// added. Empty without a penalty.
  device::Span<std::uint32_t> seen;
  /// [samples] rows of the logits; empty: sample r is drawn from row r.
  device::Span<const std::int32_t> row = {};
};

/// [samples] each; meanings as in Sampled.
struct GpuSampled {
  device::Span<std::int32_t> id;
  device::Span<float> logprob, policy_logprob, model_logprob;
  device::Span<std::uint32_t> finite;
};

/// On a GPU, in the stream's order. A sample does not depend on the others. Weights are fp32; their sums are
/// exact sums of whole numbers, weights in units of 2^-44 of the largest one, so they have no order. Throws
/// Bug if shapes do not fit.
void sample(const device::Stream& stream, GpuRows<const float> logits, const GpuSampling& sampling,
            const GpuSampled& sampled);

/// Ids of sequences that continue with samples whose ids only the GPU knows.
struct GpuNewestIds {
  device::Span<const std::int32_t> ids;   ///< [rows]
  device::Span<const std::int32_t> rows;  ///< [rows of the logits]: their rows in `ids`
};

/// On a GPU, in the stream's order. ids [rows]: -1 - s becomes the id of sample s, or 0 where that has none.
/// The host leaves such a number where it does not know an id yet.
void take_sampled(const device::Stream& stream, device::Span<std::int32_t> ids,
                  device::Span<const std::int32_t> sampled);
/// Adds the newest id of each sample to its seen ids, if `sampling` has any. `vocabulary`: ids. Throws Bug if
/// shapes do not fit.
void add_newest(const device::Stream& stream, const GpuNewestIds& newest, const GpuSampling& sampling,
                std::int64_t vocabulary);

}  // namespace srl::compute
