// The whole gradient of policy, KL and likelihood losses, through packs and model, equals central finite
// differences in fp64, in up to 20 random directions per tensor. Ratios are not 1, some tokens are clipped on
// each side, advantages have both signs, completions have different lengths, and losses are averaged over the
// whole batch.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "base/random.hpp"
#include "support/model_shapes.hpp"
#include "support/mpi_main.hpp"
#include "training/optimise/gradients.hpp"
#include "training/shared/small_batch.hpp"

namespace srl::training {
namespace {

double noise(std::uint64_t which, std::size_t i) {
  return random_uniform(11, RandomStream::rollout, which, 0, static_cast<std::uint32_t>(i)) - 0.5;
}

model::ModelConfig tiny() {
  model::ModelConfig config = test::model_of("Qwen2ForCausalLM", {29, 16, 2, 4, 2, 4, 24, 64});
  config.qkv_bias = true;
  config.tied_embeddings = true;
  return config;
}

using objective::LossAverage;

struct Loss {
  LossAverage average;
  double kl_beta = 0.05, advantages = 1;  ///< the weight of the KL term; a factor for all advantages
  bool likelihood = false;
  int directions = 20;
  std::int64_t zero = 1;
};
void PrintTo(const Loss& loss, std::ostream* out) {
  *out << word(loss.average)
       << (loss.likelihood        ? " likelihood"
           : loss.advantages == 0 ? " KL alone"
                                  : " policy and KL");
}

class LossGradient : public testing::TestWithParam<Loss> {};

/// Changes the old log-probabilities so that ratios are in [0.55, 1.65] and at least 0.01 away from a clip
/// limit. Changes the reference to that of another policy.
void disturb(CompletionLogprobs& old, CompletionLogprobs& reference) {
  std::size_t n = 0;
  for (std::size_t g = 0; g < old.size(); ++g) {
    for (std::size_t a = 0; a < old[g].size(); ++a) {
      for (std::size_t t = 0; t < old[g][a].size(); ++t, ++n) {
        double ratio = 1.1 + 1.1 * noise(1, n);
        for (double kink : {0.8, 1.2}) {
          if (std::abs(ratio - kink) < 0.01) { ratio = kink + 0.05; }
        }
        old[g][a][t] -= std::log(ratio);
        reference[g][a][t] += noise(2, n);
      }
    }
  }
}

TEST_P(LossGradient, EqualsFiniteDifferencesInEveryTensor) {
  const comm::Communicator world = test_world();
  model::Parameters weights = model::random_parameters(tiny(), model::Dtype::fp64, 5);
  weights.flat().mul_(8);  // far from uniform, so that every part of the model matters
  GradientReduction<double> reduced(tiny(), model::Dtype::fp64, GetParam().zero,
                                    {0, static_cast<std::size_t>(weights.elements())}, world);
  model::PackModel model(weights);
  Batch batch = small_batch();
  for (Group& group : batch) {
    for (Completion& rollout : group.completions) { rollout.advantage *= GetParam().advantages; }
  }
  GradientSettings settings;
  settings.objective.loss = GetParam().average;
  settings.objective.kl_beta = GetParam().kl_beta;
  settings.likelihood = GetParam().likelihood;
  settings.temperature = 0.8;
  settings.max_new_tokens = 16;
  settings.pack_tokens = 30;  // several packs
  job::Interruption never;

  CompletionLogprobs old = completion_logprobs(model, batch, settings, world, never), reference = old;
  disturb(old, reference);
  const GradientFigures figures =
      add_gradients(model, batch, settings, &old, &reference, world, reduced, never).value();
  model::Parameters gradients(tiny(), model::Dtype::fp64);
  std::copy(reduced.partition().begin(), reduced.partition().end(), gradients.flat().data_ptr<double>());
  if (!settings.likelihood && GetParam().advantages != 0) {
    EXPECT_GT(figures.clipped, 3);
    EXPECT_LT(figures.clipped, figures.tokens - 3);
  }
  EXPECT_GT(figures.packs, 1);
  const auto loss = [&] {
    return add_gradients(model, batch, settings, &old, &reference, world, reduced, never).value().loss;
  };
  std::uint64_t stream = 100;
  for (std::size_t p = 0; p < weights.layout().size(); ++p) {
    at::Tensor tensor = weights.view(p);
    const at::Tensor kept = tensor.clone(), gradient = gradients.view(p);
    for (int direction = 0; direction < GetParam().directions; ++direction, ++stream) {
      at::Tensor d = at::empty_like(kept);
      for (std::int64_t i = 0; i < d.numel(); ++i) {
        d.data_ptr<double>()[i] = noise(stream, static_cast<std::size_t>(i));
      }
      // The error of a fourth-order central difference is far below the tolerance.
      const auto at_step = [&](double h) {
        tensor.copy_(kept + h * d);
        return loss();
      };
      const double h = 1e-5;  // so small that no ratio crosses a clip limit
      const double numeric = (8 * (at_step(h) - at_step(-h)) - (at_step(2 * h) - at_step(-2 * h))) / (12 * h);
      const double analytic = (gradient * d).sum().item<double>();
      const double scale =
          std::max(std::abs(analytic), 1e-3 * gradient.norm().item<double>() * d.norm().item<double>());
      EXPECT_NEAR(analytic, numeric, 1e-6 * scale) << weights.layout()[p].name << " direction " << direction;
    }
    tensor.copy_(kept);
  }
}

/// The carried groups were sampled by this very policy with a cut: the sampler's log-probabilities are higher
/// by `above`.
Batch carried_batch(model::PackModel& model, const GradientSettings& settings, double above,
                    bool uncut_kept) {
  job::Interruption never;
  Batch batch = small_batch();
  const CompletionLogprobs policy = completion_logprobs(model, batch, settings, test_world(), never);
  for (std::size_t g = 0; g < batch.size(); ++g) {
    batch[g].carried = true;
    for (std::size_t a = 0; a < batch[g].completions.size(); ++a) {
      Payload written = batch[g].completions[a].written();
      written.policy_logprobs.assign(policy[g][a].begin(), policy[g][a].end());
      written.logprobs = written.policy_logprobs;
      for (float& value : written.logprobs) { value += static_cast<float>(above); }
      if (!uncut_kept) { written.policy_logprobs.clear(); }
      batch[g].completions[a].hold(std::move(written));
    }
  }
  return batch;
}

TEST(CarriedGroups, OfACutSamplerStartAtTheRatioOne) {
  const comm::Communicator world = test_world();
  model::Parameters weights = model::random_parameters(tiny(), model::Dtype::fp64, 5);
  GradientReduction<double> reduced(tiny(), model::Dtype::fp64, 1,
                                    {0, static_cast<std::size_t>(weights.elements())}, world);
  model::PackModel model(weights);
  GradientSettings settings;
  settings.temperature = 0.8;
  settings.max_new_tokens = 16;
  settings.objective.clip_low = settings.objective.clip_high = 1e-4;
  job::Interruption never;
  const double above = 0.4;
  const auto figures_of = [&](bool uncut_kept) {
    reduced.begin();
    const Batch batch = carried_batch(model, settings, above, uncut_kept);
    return add_gradients(model, batch, settings, nullptr, nullptr, world, reduced, never).value();
  };
  const GradientFigures kept = figures_of(true), lost = figures_of(false);
  EXPECT_EQ(kept.clipped, 0);
  EXPECT_GT(lost.clipped, 0) << "compared with the cut distribution every ratio is off";
  // The estimator k3 of the KL from the sampling distribution to the policy: exp(d) - d - 1, d = -above.
  EXPECT_EQ(kept.sampled_tokens, kept.tokens);
  EXPECT_NEAR(kept.sampler_kl / static_cast<double>(kept.tokens), std::exp(-above) + above - 1, 1e-6);
  EXPECT_NEAR(kept.sampler_difference / static_cast<double>(kept.tokens), above, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Losses, LossGradient,
                         testing::Values(Loss{LossAverage::sequence_mean},
                                         Loss{LossAverage::token_mean, 0.05, 1, false, 20, 2},
                                         Loss{LossAverage::constant, 0.05, 1, false, 4},
                                         Loss{LossAverage::sequence_mean, 1, 0, false, 6},
                                         Loss{LossAverage::token_mean, 0, 1, true, 6}));

}  // namespace
}  // namespace srl::training
