#pragma once
// Options of the reward (docs/method.md, "Signals") and of the GRPO objective ("Advantages", "Losses",
// "Dynamic sampling").
#include <cstdint>

#include "config/options.hpp"

namespace srl::objective {

enum class SignalKind { similarity, exact, outcome, likelihood };
constexpr auto words_of(SignalKind) {
  return words<SignalKind>({{"similarity", SignalKind::similarity},
                            {"exact", SignalKind::exact},
                            {"outcome", SignalKind::outcome},
                            {"likelihood", SignalKind::likelihood}});
}

enum class Advantage { by_deviation, mean_only };
constexpr auto words_of(Advantage) {
  return words<Advantage>({{"std", Advantage::by_deviation}, {"mean_only", Advantage::mean_only}});
}

enum class LossAverage { sequence_mean, token_mean, constant };
constexpr auto words_of(LossAverage) {
  return words<LossAverage>({{"sequence_mean", LossAverage::sequence_mean},
                             {"token_mean", LossAverage::token_mean},
                             {"constant", LossAverage::constant}});
}

enum class SamplerCorrection { off, truncated };
constexpr auto words_of(SamplerCorrection) {
  return words<SamplerCorrection>(
      {{"off", SamplerCorrection::off}, {"truncated", SamplerCorrection::truncated}});
}

enum class OnTruncated { bad_format, score, mask };
constexpr auto words_of(OnTruncated) {
  return words<OnTruncated>(
      {{"bad_format", OnTruncated::bad_format}, {"score", OnTruncated::score}, {"mask", OnTruncated::mask}});
}

enum class GroupFilter { by_deviation, off };
constexpr auto words_of(GroupFilter) {
  return words<GroupFilter>({{"std", GroupFilter::by_deviation}, {"off", GroupFilter::off}});
}

enum class Surplus { discard, carry };
constexpr auto words_of(Surplus) {
  return words<Surplus>({{"discard", Surplus::discard}, {"carry", Surplus::carry}});
}

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
