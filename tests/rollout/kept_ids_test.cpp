// The selection by histogram keeps the same ids as a plain sort.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "rollout/sample/sampler.hpp"

namespace srl::rollout {
namespace {

/// The ids that top-k keeps, then top-p of the rest, then min-p, found by sorting all weights.
std::vector<bool> by_sorting(const std::vector<float>& weights, const SamplingOptions& options) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  std::erase_if(order, [&](std::size_t i) { return weights[i] <= 0; });
  if (options.top_k > 0 && order.size() > static_cast<std::size_t>(options.top_k)) {
    order.resize(options.top_k);
  }
  if (options.top_p < 1) {
    double total = 0, sum = 0;
    for (const std::size_t i : order) { total += static_cast<double>(weights[i]); }
    std::size_t count = 0;
    while (count < order.size() && sum < options.top_p * total) {
      sum += static_cast<double>(weights[order[count++]]);
    }
    order.resize(std::max<std::size_t>(count, 1));
  }
  std::vector<bool> kept(weights.size(), false);
  for (const std::size_t i : order) {
    kept[i] = options.min_p <= 0 || weights[i] >= static_cast<float>(options.min_p);
  }
  return kept;
}

TEST(Selection, EqualsSortingEverything) {
  std::mt19937 random(3);
  SamplerScratch scratch;
  for (int round = 0; round < 300; ++round) {
    const std::size_t count = 1 + random() % 2000;
    std::vector<float> weights(count);
    const double spread = 0.1 + static_cast<double>(random() % 100) / 10.0;
    std::normal_distribution<double> normal(0, spread);
    for (float& weight : weights) { weight = static_cast<float>(std::exp(-std::abs(normal(random)))); }
    if (round % 3 == 0) {  // many ties
      for (float& weight : weights) { weight = std::ldexp(1.0f, -static_cast<int>(random() % 5)); }
    }
    if (round % 5 == 0) { weights[random() % count] = 0.0f; }
    weights[random() % count] = 1.0f;
    SamplingOptions options;
    if (round % 2 == 0) { options.top_k = 1 + static_cast<std::int64_t>(random() % (count + 3)); }
    if (round % 4 < 2) { options.top_p = 0.05 + static_cast<double>(random() % 95) / 100; }
    if (round % 7 == 0) { options.min_p = static_cast<double>(random() % 100) / 100; }
    const Cut cut = find_cut(weights, options, scratch);
    const std::vector<bool> expected = by_sorting(weights, options);
    for (std::size_t i = 0; i < count; ++i) {
      const bool kept =
          weights[i] > cut.weight || (weights[i] == cut.weight && static_cast<std::int32_t>(i) <= cut.id);
      ASSERT_EQ(kept && weights[i] > 0, expected[i]) << "round " << round << ", id " << i << " of " << count;
    }
  }
}

}  // namespace
}  // namespace srl::rollout
