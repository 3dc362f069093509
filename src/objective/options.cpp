#include "objective/options.hpp"

namespace srl::objective {

void SignalOptions::visit(config::Visitor& v) {
  v.section("signal");
  v.option("kind", kind, "what is rewarded; likelihood = SFT", config::Choices{{"similarity", "exact", "outcome", "likelihood"}});
  v.option("bad_format", bad_format, "reward of an answer with wrong format");
}

void ObjectiveOptions::visit(config::Visitor& v) {
  v.section("objective");
  v.option("advantage", advantage, "std: (r - mean)/(std + eps); mean_only: r - mean (Dr. GRPO)", config::Choices{{"std", "mean_only"}});
  v.option("advantage_eps", advantage_eps, "added to the standard deviation", config::at_least(0.0));
  v.option("ddof", ddof, "of the standard deviation: 0 population, 1 sample", config::Range<std::int64_t>{0, 1});
  v.option("loss", loss, "average: per answer over its tokens, over all tokens, or by a constant", config::Choices{{"sequence_mean", "token_mean", "constant"}});
  v.option("clip_low", clip_low, "ratio is clipped below at 1 - this", config::Range<double>{0, 1});
  v.option("clip_high", clip_high, "ratio is clipped above at 1 + this", config::at_least(0.0));
  v.option("kl_beta", kl_beta, "weight of the KL to the frozen start model (estimator k3, per token)", config::at_least(0.0));
  v.option("importance", importance, "correction for the sampler's own log-probabilities", config::Choices{{"off", "truncated"}});
  v.option("importance_cap", importance_cap, "truncated importance: the weight is at most this", config::at_least(0.0));
  v.option("truncated", truncated, "answers cut at max_new_tokens", config::Choices{{"bad_format", "score", "mask"}});
  v.option("filter", filter, "std: keep only groups whose rewards differ", config::Choices{{"std", "off"}});
  v.option("filter_std", filter_std, "a group is kept when its rewards' population standard deviation is above this", config::at_least(0.0));
  v.option("max_sampling_rounds", max_sampling_rounds, "most rounds of sampling to fill a batch", config::at_least(1));
  v.option("surplus", surplus, "kept groups beyond the batch: thrown away, or used in the next update", config::Choices{{"discard", "carry"}});
  v.option("round_prompts", round_prompts, "prompts a sampling round; 0 = as many as the batch misses, with surplus = carry a whole batch",
           config::at_least(0));
  v.option("minibatches", minibatches, "updates a batch of rollouts", config::at_least(1));
}

}  // namespace srl::objective
