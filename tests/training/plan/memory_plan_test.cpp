#include "training/plan/memory_plan.hpp"

#include <gtest/gtest.h>

#include "model/parameters.hpp"
#include "support/model_shapes.hpp"

namespace srl::training {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

TEST(MemoryPlan, HoldsWeightsGradientsAndMomentsByTheLayout) {
  const model::ModelConfig config = test::qwen2_7b();
  const auto layout = model::parameter_layout(config);
  const auto parameters = static_cast<std::uint64_t>(layout.back().offset + layout.back().count);
  EXPECT_EQ(parameters, 7615616512U);  // the published number of parameters
  Options options;
  const MemoryPlan one =
      memory_plan(options, config, {.ranks = 1, .longest_prompt = 500, .mean_prompt = 300});
  EXPECT_EQ(one.weights, 4 * parameters);
  EXPECT_EQ(one.gradients, 4 * parameters);
  EXPECT_EQ(one.optimizer, 8 * parameters);
  EXPECT_EQ(one.checkpoint_bytes, 12 * parameters);
  const MemoryPlan eight =
      memory_plan(options, config, {.ranks = 8, .longest_prompt = 500, .mean_prompt = 300, .bf16 = true});
  EXPECT_EQ(eight.weights, 2 * parameters);
  EXPECT_EQ(eight.gradients, 4 * parameters);
  EXPECT_EQ(eight.optimizer, 12 * parameters / 8);
  EXPECT_EQ(eight.checkpoint_bytes, one.checkpoint_bytes);
}

TEST(MemoryPlan, OptionsThatSaveMemorySaveIt) {
  const PlanSizes sizes{.ranks = 8, .longest_prompt = 500, .mean_prompt = 300, .bf16 = true};
  Options options;
  const std::uint64_t plain = memory_plan(options, test::qwen2_7b(), sizes).total();
  options.training.recompute = model::Recompute::layers;
  const std::uint64_t recomputed = memory_plan(options, test::qwen2_7b(), sizes).total();
  EXPECT_LT(recomputed, plain);
  options.training.zero_stage = 2;
  const std::uint64_t zero2 = memory_plan(options, test::qwen2_7b(), sizes).total();
  EXPECT_LT(zero2 + 15 * gib,
            recomputed);  // instead of 28 GiB: embedding, head, two layers and an eighth
  options.objective.kl_beta = 0.1;
  EXPECT_GT(memory_plan(options, test::qwen2_7b(), sizes).total(), zero2 + 14 * gib);
}

TEST(MemoryPlan, NamesWhatADumpOfGradientsNeeds) {
  const PlanSizes sizes{.ranks = 8, .longest_prompt = 500, .mean_prompt = 300};
  Options options;
  const MemoryPlan plain = memory_plan(options, test::qwen2_7b(), sizes);
  EXPECT_EQ(plain.text().find("dump"), std::string::npos);
  options.training.dump_gradients = "dumps";
  const MemoryPlan dumps = memory_plan(options, test::qwen2_7b(), sizes);
  EXPECT_EQ(dumps.total(), plain.total() + plain.weights);  // whole gradients, in the weights' type
  EXPECT_NE(dumps.text().find("gradients to dump"), std::string::npos);
}

TEST(MemoryPlan, SaysWhatWouldFit) {
  const PlanSizes sizes{.ranks = 1, .longest_prompt = 500, .mean_prompt = 300, .bf16 = true};
  const Options options;
  EXPECT_GT(memory_plan(options, test::qwen2_7b(), sizes).total(), 80 * gib);
  const std::vector<std::string> ways = what_would_fit(options, test::qwen2_7b(), sizes, 80 * gib);
  ASSERT_FALSE(ways.empty());
  EXPECT_NE(ways.back().find("ranks"), std::string::npos);
  EXPECT_TRUE(what_would_fit(options, test::qwen2_7b(), sizes, gib).empty());
}

}  // namespace
}  // namespace srl::training
