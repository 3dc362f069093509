#pragma once
// What is rewarded and what GRPO optimises (docs/method.md, "Signals"; docs/method.md, "Losses"): options.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::objective {

struct SignalOptions {
  std::string kind = "similarity";   ///< similarity | exact | outcome | likelihood
  double bad_format = -1.0;
  void visit(config::Visitor& v);    ///< section "signal"
};

struct ObjectiveOptions {
  std::string advantage = "std";     ///< std | mean_only
  double advantage_eps = 1e-6;
  std::int64_t ddof = 0;
  std::string loss = "sequence_mean";   ///< sequence_mean | token_mean | constant
  double clip_low = 0.2, clip_high = 0.2, kl_beta = 0.0;
  std::string importance = "off";    ///< off | truncated
  double importance_cap = 2.0;
  std::string truncated = "bad_format";   ///< bad_format | score | mask
  std::string filter = "std";        ///< std | off
  double filter_std = 1e-4;
  std::int64_t max_sampling_rounds = 8;
  std::string surplus = "discard";   ///< discard | carry
  std::int64_t round_prompts = 0;    ///< prompts a sampling round; 0 = those missing, with surplus = carry a whole batch's
  std::int64_t minibatches = 1;
  void visit(config::Visitor& v);    ///< section "objective"
};

}  // namespace srl::objective
