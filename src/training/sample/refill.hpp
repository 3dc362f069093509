#pragma once
// How many prompts a sampling round asks for (docs/method.md, "Dynamic sampling"). The size depends on counts
// only, so a repeated update makes the same rounds.
#include <cstdint>

namespace srl::training {

/// Groups that earlier updates sampled and kept. Each update halves the weight of those before it, because
/// the share changes while the model learns.
struct KeptShare {
  std::int64_t sampled = 0, kept = 0;

  void count(std::int64_t sampled_now, std::int64_t kept_now) {
    sampled = sampled / 2 + sampled_now;
    kept = kept / 2 + kept_now;
  }
};

/// What the rounds of a batch have given so far.
struct RoundsSoFar {
  std::int64_t rounds = 0;
  std::int64_t sampled = 0, kept = 0;  ///< groups of these rounds
  std::int64_t missing = 0;            ///< groups that the batch lacks
  std::int64_t prompts = 0;            ///< groups of a full batch
  std::int64_t max_rounds = 0;         ///< objective.max_sampling_rounds
  KeptShare earlier = {};              ///< of the updates before
};

/// The first round asks for the missing groups. Later ones ask for as many as are likely to give the missing
/// groups, given the share kept so far, in this batch and in earlier updates. The second round is careful: it
/// may leave a rest. Then the share is known well, and the third round asks for enough to fill the batch
/// almost certainly. A batch samples at most 16 times its size in all, or max_rounds times; 0 when that is
/// reached.
std::int64_t refill_size(const RoundsSoFar& so_far);

}  // namespace srl::training
