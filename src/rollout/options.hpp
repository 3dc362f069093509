#pragma once
// Options for sampling, and for the memory of generation.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::rollout {

struct SamplingOptions {
  double temperature = 1.0, top_p = 1.0, min_p = 0.0;
  std::int64_t top_k = 0;  ///< 0 = off
  bool greedy = false;     ///< always the likeliest token; ties: lowest id
  std::int64_t max_new_tokens = 512, min_new_tokens = 0;
  /// The job takes `auto` (0) for max_new_tokens and sets it before it generates.
  bool automatic_length = false;
  std::vector<std::string> stop;  ///< stop strings
  double repetition_penalty =
      1.0;  ///< on ids in prompt or completion; divides positive logits, multiplies others
  std::vector<std::string> logit_bias;  ///< "id:value", added to that logit
  void visit(config::Visitor& v);       ///< section "sampling"
};

/// An entry of sampling.logit_bias: `value` is added to the logit of `id` before the softmax (minus infinity
/// = never sampled).
struct Adjustment {
  std::int32_t id = 0;
  float value = 0;
};
/// Parses an entry ID:VALUE. Nothing for any other text, and for a value that is NaN or above 1e30.
std::optional<Adjustment> parse_adjustment(const std::string& entry);

/// What is wrong with the values, one text per problem: values outside their ranges, and values that cannot
/// work. Callers other than the option parser can set values outside the ranges.
std::vector<std::string> problems_of(const SamplingOptions& sampling);
/// BadOption that lists the problems.
void check(const SamplingOptions& sampling);

struct RolloutOptions {
  static constexpr std::uint64_t usual_cache = std::uint64_t{2} << 30;
  config::Bytes kv_cache_bytes{usual_cache};
  /// The job takes 0 for kv_cache_bytes and sets it before it generates.
  bool automatic_cache = false;
  bool save = false;
  bool graphs = true;                ///< on a GPU, decode steps are repeated as graphs
  std::int64_t max_sequences = 128;  ///< completions decoded at the same time
  std::int64_t prefill_chunk = 512;  ///< prompt tokens per forward
  void visit(config::Visitor& v);    ///< section "rollout"
};

}  // namespace srl::rollout
