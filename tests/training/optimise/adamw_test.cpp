#include "training/optimise/adamw.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.hpp"

namespace srl::training {
namespace {

std::vector<model::ParameterInfo> layout() {
  return {{"w", {10}, 0, 10, true}, {"norm", {5}, 10, 5, false}, {"v", {7}, 15, 7, true}};
}

double number(int which, std::size_t i) {
  return random_uniform(1, RandomStream::order, static_cast<std::uint64_t>(which), 0,
                        static_cast<std::uint32_t>(i)) -
         0.5;
}

template <class T>
std::vector<T> run(const std::vector<std::size_t>& cuts, int threads, const AdamWSettings& settings) {
  std::vector<T> weights;
  for (std::size_t i = 0; i < 22; ++i) { weights.push_back(static_cast<T>(number(0, i))); }
  ThreadPool pool(threads);
  for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
    const std::size_t begin = cuts[c], size = cuts[c + 1] - begin;
    Moments<T> moments{std::vector<T>(size), std::vector<T>(size)};
    for (int step = 1; step <= 5; ++step) {
      std::vector<T> gradients;
      for (std::size_t i = begin; i < begin + size; ++i) {
        gradients.push_back(static_cast<T>(number(step, i)));
      }
      adamw_step<T>(std::span<T>(weights.data() + begin, size), gradients, moments, begin, layout(), settings,
                    0.01, 0.5, step, pool);
    }
  }
  return weights;
}

/// AdamW of Loshchilov and Hutter (2019) in the form of torch.optim.AdamW, for one number at a time in long
/// double.
long double reference(std::size_t i, bool decays, const AdamWSettings& s) {
  long double w = number(0, i), m = 0, v = 0;
  for (int step = 1; step <= 5; ++step) {
    const long double g = 0.5L * number(step, i);
    if (decays) { w -= 0.01L * s.weight_decay * w; }
    m = s.beta1 * m + (1 - static_cast<long double>(s.beta1)) * g;
    v = s.beta2 * v + (1 - static_cast<long double>(s.beta2)) * g * g;
    const long double m_hat = m / (1 - std::pow(static_cast<long double>(s.beta1), step));
    const long double v_hat = v / (1 - std::pow(static_cast<long double>(s.beta2), step));
    w -= 0.01L * m_hat / (std::sqrt(v_hat) + s.eps);
  }
  return w;
}

TEST(AdamW, EqualsTheFormulaInFp64) {
  AdamWSettings settings;
  settings.weight_decay = 0.5;
  const auto weights = run<double>({0, 22}, 1, settings);
  for (std::size_t i = 0; i < 22; ++i) {
    EXPECT_NEAR(weights[i], static_cast<double>(reference(i, i < 10 || i >= 15, settings)), 1e-12) << i;
  }
}

TEST(AdamW, IsBitEqualForAnyPartitionAndThreads) {
  AdamWSettings settings;
  const auto whole = run<float>({0, 22}, 1, settings);
  EXPECT_EQ(run<float>({0, 3, 12, 12, 22}, 2, settings), whole);
  EXPECT_EQ(run<float>({0, 16, 22}, 3, settings), whole);
}

}  // namespace
}  // namespace srl::training
