#include "objective/options.hpp"

namespace srl::objective {

void SignalOptions::visit(config::Visitor& v) {
  v.section("signal");
  v.option("kind", kind,
           "reward: similarity to the expert step, exact match, right final answer; likelihood = supervised "
           "fine-tuning");
  v.option("bad_format", bad_format, "reward of a completion with wrong format");
}

void ObjectiveOptions::visit(config::Visitor& v) {
  v.section("objective");
  v.option(
      "advantage", advantage,
      "advantage of a completion: std = (r - mean)/(std + epsilon), GRPO; mean_only = r - mean, Dr. GRPO");
  v.option("advantage_epsilon", advantage_epsilon, "number added to the group's standard deviation",
           config::at_least(0.0));
  v.option("ddof", ddof, "degrees of freedom subtracted in the standard deviation: 0 population, 1 sample",
           config::Range<std::int64_t>{0, 1});
  v.option("loss", loss,
           "average of the loss: per completion, then over completions (GRPO); over all tokens (DAPO); by a "
           "constant (Dr. GRPO)");
  v.option("clip_low", clip_low, "lower clip of the probability ratio, at 1 minus this",
           config::Range<double>{0, 1});
  v.option("clip_high", clip_high, "upper clip of the probability ratio, at 1 plus this",
           config::at_least(0.0));
  v.option("kl_beta", kl_beta,
           "weight of the KL divergence to the frozen start model (estimator k3, per token)",
           config::at_least(0.0));
  v.option("sampler_correction", sampler_correction,
           "importance weight for differences between sampler and trainer log-probabilities");
  v.option("sampler_correction_cap", sampler_correction_cap,
           "largest importance weight of sampler_correction", config::at_least(0.0));
  v.option(
      "on_truncated", on_truncated,
      "treatment of completions cut at max_new_tokens: bad_format reward, scored as they are, or masked");
  v.option("filter_groups", filter_groups,
           "dynamic sampling: std keeps only groups whose rewards differ, off keeps all");
  v.option("filter_std", filter_std,
           "smallest population standard deviation of a kept group's rewards (exclusive)",
           config::at_least(0.0));
  v.option("max_sampling_rounds", max_sampling_rounds, "largest number of sampling rounds per batch",
           config::at_least(1));
  v.option("surplus", surplus, "kept groups beyond the batch: discarded, or carried to the next update");
  v.option("round_prompts", round_prompts,
           "prompts per sampling round; 0 = as many as the batch lacks, and after the first round as many as "
           "are likely to fill it; with surplus = carry at least a whole batch",
           config::at_least(0));
  v.option("minibatches", minibatches, "optimizer updates per batch of rollouts", config::at_least(1));
}

}  // namespace srl::objective
