#include "rollout/options.hpp"

namespace srl::rollout {

void SamplingOptions::visit(config::Visitor& v) {
  v.section("sampling");
  v.option("temperature", temperature, "softmax temperature; for the likeliest token use greedy", config::Range<double>{1e-3, 1e3});
  v.option("top_p", top_p, "keep the likeliest tokens up to this probability; 1 = off", config::Range<double>{1e-6, 1.0});
  v.option("top_k", top_k, "keep this many likeliest tokens; 0 = off", config::at_least(0));
  v.option("min_p", min_p, "keep tokens at least this likely relative to the likeliest; 0 = off", config::Range<double>{0.0, 1.0});
  v.option("greedy", greedy, "always the likeliest token");
  v.option("max_new_tokens", max_new_tokens, "most tokens of an answer", config::at_least(1));
  v.option("min_new_tokens", min_new_tokens, "no stop token before this many tokens", config::at_least(0));
  v.option("stop", stop, "strings that end an answer; they stay part of it");
  v.option("repetition_penalty", repetition_penalty, "above 1 makes tokens of prompt and answer less likely", config::Range<double>{0.01, 100.0});
  v.option("logit_bias", logit_bias, "ID:VALUE, added to that token's logit");
}

void RolloutOptions::visit(config::Visitor& v) {
  v.section("rollout");
  v.option("kv_bytes", kv_bytes, "memory of the key/value cache of a rank");
  v.option("save", save, "keep every rollout in rollouts/");
  v.option("max_batch", max_batch, "answers decoded side by side", config::Range<std::int64_t>{1, 65536});
  v.option("prefill_chunk", prefill_chunk, "prompt tokens computed in one forward", config::Range<std::int64_t>{1, 1 << 20});
}

}  // namespace srl::rollout
