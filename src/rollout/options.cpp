#include "rollout/options.hpp"

namespace srl::rollout {

void SamplingOptions::visit(config::Visitor& v) {
  v.section("sampling");
  v.option("temperature", temperature, "softmax temperature; for the likeliest token use greedy",
           config::Range<double>{1e-3, 1e3});
  v.option("top_p", top_p, "probability mass of the likeliest tokens that are kept; 1 = off",
           config::Range<double>{1e-6, 1.0});
  v.option("top_k", top_k, "number of likeliest tokens that are kept; 0 = off", config::at_least(0));
  v.option("min_p", min_p, "smallest probability of a kept token, relative to the likeliest; 0 = off",
           config::Range<double>{0.0, 1.0});
  v.option("greedy", greedy, "always the likeliest token");
  v.option("max_new_tokens", max_new_tokens, "longest completion in tokens", config::at_least(1));
  v.option("min_new_tokens", min_new_tokens, "tokens before which no stop token is sampled",
           config::at_least(0));
  v.option("stop", stop, "strings that end a completion; they stay part of it");
  v.option("repetition_penalty", repetition_penalty,
           "penalty on tokens of prompt and completion; above 1 makes them less likely",
           config::Range<double>{0.01, 100.0});
  v.option("logit_bias", logit_bias, "ID:VALUE, a number added to the logit of a token id");
}

void RolloutOptions::visit(config::Visitor& v) {
  v.section("rollout");
  v.option("kv_cache_bytes", kv_cache_bytes, "memory of the key/value cache per rank");
  v.option("save", save, "whether every rollout is kept in RUN/rollouts");
  v.option("max_sequences", max_sequences, "completions decoded side by side",
           config::Range<std::int64_t>{1, 65536});
  v.option("prefill_chunk", prefill_chunk, "prompt tokens per forward",
           config::Range<std::int64_t>{1, 1 << 20});
}

}  // namespace srl::rollout
