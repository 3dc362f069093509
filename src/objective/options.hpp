#pragma once
// Options of the reward (docs/method.md, "Signals") and of the GRPO objective ("Advantages", "Losses",
// "Dynamic sampling").
#include <cstdint>

#include "config/options.hpp"

namespace srl::objective {

enum class SignalKind { similarity, exact, outcome, likelihood };
SRL_WORDS(SignalKind, "similarity", "exact", "outcome", "likelihood");

enum class Advantage { by_deviation, mean_only };
SRL_WORDS(Advantage, "std", "mean_only");

enum class LossAverage { sequence_mean, token_mean, constant };
SRL_WORDS(LossAverage, "sequence_mean", "token_mean", "constant");

enum class SamplerCorrection { off, truncated };
SRL_WORDS(SamplerCorrection, "off", "truncated");

enum class OnTruncated { bad_format, score, mask };
SRL_WORDS(OnTruncated, "bad_format", "score", "mask");

enum class GroupFilter { by_deviation, off };
SRL_WORDS(GroupFilter, "std", "off");

enum class Surplus { discard, carry };
SRL_WORDS(Surplus, "discard", "carry");

struct SignalOptions {
  SignalKind kind = SignalKind::similarity;
  double bad_format = -1.0;
  void visit(config::Visitor& v);  ///< section "signal"
};

struct ObjectiveOptions {
  Advantage advantage = Advantage::by_deviation;
  double advantage_epsilon = 1e-6;
  std::int64_t ddof = 0;
  LossAverage loss = LossAverage::sequence_mean;
  double clip_low = 0.2, clip_high = 0.2, kl_beta = 0.0;
  SamplerCorrection sampler_correction = SamplerCorrection::off;
  double sampler_correction_cap = 2.0;
  OnTruncated on_truncated = OnTruncated::bad_format;
  GroupFilter filter_groups = GroupFilter::by_deviation;
  double filter_std = 1e-4;
  std::int64_t max_sampling_rounds = 8;
  Surplus surplus = Surplus::discard;
  std::int64_t round_prompts = 0;  ///< 0 = those likely to fill the batch
  std::int64_t minibatches = 1;
  void visit(config::Visitor& v);  ///< section "objective"
};

}  // namespace srl::objective
