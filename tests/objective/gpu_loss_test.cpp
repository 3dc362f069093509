// The gradients of losses on a GPU, real or emulated, are those of the CPU, rounded to fp32.
#include "objective/gpu_loss.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "device/arena.hpp"
#include "device/device.hpp"
#include "objective/objective.hpp"

namespace srl::objective {
namespace {

/// Completions whose predictions are spread over rows, some of which hold several.
struct Case {
  std::vector<LossToken> tokens;
  std::vector<double> logprob, gradient;  ///< [predictions]; logprob exact in fp32
  std::vector<std::int32_t> first{0};     ///< [rows + 1]
};

Case make_case(const ObjectiveOptions& options, bool likelihood) {
  std::mt19937 random(3);
  const auto number = [&](double low, double high) {
    return static_cast<double>(static_cast<float>(std::uniform_real_distribution<double>(low, high)(random)));
  };
  const BatchSizes batch{.completions = 40, .completion_tokens = 400, .max_new_tokens = 32};
  Case made;
  for (int c = 0; c < 40; ++c) {
    const std::size_t count = random() % 20;
    std::vector<double> logprob;
    CompletionTokens completion;
    completion.advantage = number(-2, 2);
    completion.masked = c % 7 == 6;
    for (std::size_t t = 0; t < count; ++t) {
      logprob.push_back(number(-4, 0));
      if (c % 3 > 0) { completion.old_logprob.push_back(logprob.back() + number(-0.7, 0.7)); }
      completion.sampler_logprob.push_back(logprob.back() + number(-1, 1));
      completion.reference_logprob.push_back(logprob.back() + number(-0.5, 0.5));
    }
    const std::vector<LossToken> tokens = likelihood ? likelihood_tokens(count, batch, options)
                                                     : policy_tokens(count, completion, batch, options);
    const CompletionLoss loss = likelihood ? likelihood_loss(logprob, batch, options)
                                           : policy_loss(logprob, completion, batch, options);
    made.tokens.insert(made.tokens.end(), tokens.begin(), tokens.end());
    made.logprob.insert(made.logprob.end(), logprob.begin(), logprob.end());
    made.gradient.insert(made.gradient.end(), loss.gradient.begin(), loss.gradient.end());
  }
  while (made.first.back() < std::ssize(made.tokens)) {
    const auto some = static_cast<std::int32_t>(random() % 8 == 0 ? 1 + random() % 9 : 1);
    made.first.push_back(std::min(made.first.back() + some, static_cast<std::int32_t>(made.tokens.size())));
  }
  return made;
}

struct Gradients {
  std::vector<float> dlogprob, coefficient;
};

Gradients on_gpu(const Case& of, const LossTerms& terms) {
  const device::Device gpu{device::Kind::cuda, 0};
  const device::Stream stream(gpu);
  device::Arena arena(gpu, 256 << 10, "loss");
  const std::size_t predictions = of.tokens.size(), rows = of.first.size() - 1;
  const auto there = [&]<class T>(const std::vector<T>& values) {
    const device::Span<T> place = arena.take<T>("input", values.size());
    device::upload(stream, place, std::span(values));
    return place;
  };
  const GpuLossArrays arrays{
      there(of.tokens), there(std::vector<float>(of.logprob.begin(), of.logprob.end())), there(of.first),
      arena.take<float>("dlogprob", predictions), arena.take<float>("coefficient", rows)};
  loss_gradients(stream, terms, arrays);
  Gradients result{std::vector<float>(predictions), std::vector<float>(rows)};
  device::download(stream, std::span(result.dlogprob), arrays.dlogprob);
  device::download(stream, std::span(result.coefficient), arrays.coefficient);
  return result;
}

class GpuLossGradients : public testing::TestWithParam<std::tuple<double, SamplerCorrection, bool>> {};

TEST_P(GpuLossGradients, AreThoseOfTheCpu) {
  if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  ObjectiveOptions options;
  bool likelihood = false;
  std::tie(options.kl_beta, options.sampler_correction, likelihood) = GetParam();
  const Case of = make_case(options, likelihood);
  const Gradients found = on_gpu(of, loss_terms(options));
  // A card's exp may differ from the CPU's in the last bit of a double.
  const double bound = device::back_end_name() == "emulated" ? 0 : 2e-7;
  int nonzero = 0;
  for (std::size_t p = 0; p < of.tokens.size(); ++p) {
    EXPECT_NEAR(found.dlogprob[p], static_cast<float>(of.gradient[p]), bound * std::abs(of.gradient[p])) << p;
    nonzero += of.gradient[p] != 0;
  }
  EXPECT_GT(nonzero, 100);
  for (std::size_t row = 0; row + 1 < of.first.size(); ++row) {
    double sum = 0, size = 0;
    for (auto p = static_cast<std::size_t>(of.first[row]); p < static_cast<std::size_t>(of.first[row + 1]);
         ++p) {
      sum += of.gradient[p];
      size += std::abs(of.gradient[p]);
    }
    EXPECT_NEAR(found.coefficient[row], static_cast<float>(sum), bound * size) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Losses, GpuLossGradients,
    testing::Combine(testing::Values(0, 0.1),
                     testing::Values(SamplerCorrection::off, SamplerCorrection::truncated), testing::Bool()));

}  // namespace
}  // namespace srl::objective
