// The gradient of the policy loss equals central finite differences in fp64, and losses equal closed forms.
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"
#include "objective/objective.hpp"

namespace srl::objective {
namespace {

double random(int which, int index) {
  return random_uniform(7, RandomStream::rollout, static_cast<std::uint64_t>(which), 0,
                        static_cast<std::uint32_t>(index));
}

struct Case {
  std::vector<std::vector<double>> logprob;
  std::vector<CompletionTokens> completions;
  BatchSizes batch;
};

/// Four completions of different lengths, with advantages of both signs. Ratios are from 0.5 to 2, so that
/// some are clipped on each side.
Case make_case() {
  Case c;
  const double advantages[] = {1.3, -0.7, 0.4, -2.0};
  const int lengths[] = {7, 3, 11, 5};
  for (int i = 0; i < 4; ++i) {
    CompletionTokens answer;
    answer.advantage = advantages[i];
    std::vector<double> logprob;
    for (int t = 0; t < lengths[i]; ++t) {
      logprob.push_back(-3 * random(4 * i, t) - 0.1);
      answer.old_logprob.push_back(logprob.back() + (random(4 * i + 1, t) - 0.5) * 1.4);
      answer.sampler_logprob.push_back(answer.old_logprob.back() + (random(4 * i + 2, t) - 0.5) * 2);
      answer.reference_logprob.push_back(logprob.back() + (random(4 * i + 3, t) - 0.5));
    }
    c.logprob.push_back(logprob);
    c.completions.push_back(answer);
    c.batch.completion_tokens += lengths[i];
  }
  c.batch.completions = 4;
  c.batch.max_new_tokens = 16;
  return c;
}

double total(const Case& c, const ObjectiveOptions& options) {
  double loss = 0;
  for (std::size_t i = 0; i < c.completions.size(); ++i) {
    loss += policy_loss(c.logprob[i], c.completions[i], c.batch, options).loss;
  }
  return loss;
}

class PolicyLoss : public testing::TestWithParam<std::tuple<LossAverage, double, SamplerCorrection>> {};

TEST_P(PolicyLoss, GradientEqualsFiniteDifferences) {
  ObjectiveOptions options;
  std::tie(options.loss, options.kl_beta, options.sampler_correction) = GetParam();
  Case c = make_case();
  std::int64_t clipped = 0;
  for (std::size_t i = 0; i < c.completions.size(); ++i) {
    const CompletionLoss analytic = policy_loss(c.logprob[i], c.completions[i], c.batch, options);
    clipped += analytic.clipped;
    for (std::size_t t = 0; t < c.logprob[i].size(); ++t) {
      const double h = 1e-6, kept = c.logprob[i][t];
      c.logprob[i][t] = kept + h;
      const double up = total(c, options);
      c.logprob[i][t] = kept - h;
      const double down = total(c, options);
      c.logprob[i][t] = kept;
      EXPECT_NEAR(analytic.gradient[t], (up - down) / (2 * h), 1e-8) << "completion " << i << " token " << t;
    }
  }
  EXPECT_GT(clipped, 2);
  EXPECT_LT(clipped, 20);
}

INSTANTIATE_TEST_SUITE_P(Options, PolicyLoss,
                         testing::Combine(testing::Values(LossAverage::sequence_mean, LossAverage::token_mean,
                                                          LossAverage::constant),
                                          testing::Values(0.0, 0.05),
                                          testing::Values(SamplerCorrection::off,
                                                          SamplerCorrection::truncated)));

TEST(PolicyLossOnPolicy, IsMinusTheMeanAdvantageWithGradientOfLogprob) {
  ObjectiveOptions options;
  CompletionTokens answer;
  answer.advantage = 2;
  const CompletionLoss loss = policy_loss(
      {-1, -2}, answer, {.completions = 4, .completion_tokens = 8, .max_new_tokens = 16}, options);
  EXPECT_DOUBLE_EQ(loss.loss, -0.5);
  EXPECT_DOUBLE_EQ(loss.gradient[0], -0.25);
  EXPECT_EQ(loss.clipped, 0);
}

TEST(PolicyLossMasked, CountsInTheDenominatorOnly) {
  CompletionTokens answer;
  answer.advantage = 5;
  answer.masked = true;
  const CompletionLoss loss =
      policy_loss({-1, -2}, answer, {.completions = 4, .completion_tokens = 8, .max_new_tokens = 16}, {});
  EXPECT_EQ(loss.loss, 0);
  EXPECT_EQ(loss.gradient, (std::vector<double>{0, 0}));
}

TEST(LikelihoodLoss, IsMinusTheMeanLogProbability) {
  const BatchSizes batch{.completions = 2, .completion_tokens = 6, .max_new_tokens = 8};
  ObjectiveOptions options;
  EXPECT_DOUBLE_EQ(likelihood_loss({-1, -3}, batch, options).loss, 1.0);  // a sum of 2 over 2 completions
  options.loss = objective::LossAverage::token_mean;
  EXPECT_DOUBLE_EQ(likelihood_loss({-1, -3}, batch, options).loss, 4.0 / 6);
  EXPECT_DOUBLE_EQ(likelihood_loss({-1, -3}, batch, options).gradient[1], -1.0 / 6);
}

}  // namespace
}  // namespace srl::objective
