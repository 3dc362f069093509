#pragma once
// Options for sampling, and for the memory of generation.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::rollout {

struct SamplingOptions {
  double temperature = 1.0, top_p = 1.0, min_p = 0.0;
  std::int64_t top_k = 0;  ///< 0 = off
  bool greedy = false;     ///< always the likeliest token; ties: lowest id
  std::int64_t max_new_tokens = 512, min_new_tokens = 0;
  std::vector<std::string> stop;  ///< stop strings
  double repetition_penalty =
      1.0;  ///< on ids in prompt or completion; divides positive logits, multiplies others
  std::vector<std::string> logit_bias;  ///< "id:value", added to that logit
  void visit(config::Visitor& v);       ///< section "sampling"
};

struct RolloutOptions {
  config::Bytes kv_cache_bytes{std::uint64_t{2} << 30};
  bool save = false;
  std::int64_t max_sequences = 128;  ///< completions decoded at the same time
  std::int64_t prefill_chunk = 512;  ///< prompt tokens per forward
  void visit(config::Visitor& v);    ///< section "rollout"
};

}  // namespace srl::rollout
