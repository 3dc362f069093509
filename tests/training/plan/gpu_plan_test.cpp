#include "training/gpu/gpu_plan.hpp"

#include <gmock/gmock.h>

#include "training/gpu/gpu_side.hpp"

namespace srl::training {
namespace {

constexpr std::uint64_t memory = 80'000'000'000;

/// The sizes of Qwen2.5-7B.
model::ModelConfig seven_billion() {
  model::ModelConfig config;
  config.vocab = 152064;
  config.hidden = 3584;
  config.layers = 28;
  config.heads = 28;
  config.kv_heads = 4;
  config.head_dim = 128;
  config.intermediate = 18944;
  config.max_positions = 32768;
  config.qkv_bias = true;
  return config;
}

using model::Recompute;

Options options_with(std::int64_t zero, Recompute recompute) {
  Options options;
  options.training.zero_stage = zero;
  options.training.recompute = recompute;
  options.training.max_tokens_per_pack = 8192;
  options.rollout.kv_cache_bytes.value = std::uint64_t{2} << 30;
  return options;
}

TEST(GpuPlan, SevenBillionParametersOnEightGpusNeedZeroStage2) {
  const GpuPlan one = gpu_plan(options_with(1, Recompute::nothing), seven_billion(), 8),
                two = gpu_plan(options_with(2, Recompute::layers), seven_billion(), 8);
  // 7.616 billion parameters; bf16 weights are whole on every GPU, fp32 master weights and moments in eight
  // parts.
  EXPECT_NEAR(static_cast<double>(one.weights), 2 * 7.616e9, 0.01e9);
  EXPECT_NEAR(static_cast<double>(one.optimizer), 12 * 7.616e9 / 8, 0.02e9);
  EXPECT_NEAR(static_cast<double>(one.gradients), 4 * 7.616e9, 0.02e9);
  // Stage 2: this rank's eighth, embedding, head and two layers of 233 million parameters.
  EXPECT_NEAR(static_cast<double>(two.gradients), 4 * (7.616e9 / 8 + 2 * 152064 * 3584.0 + 2 * 0.2331e9),
              0.02e9);
  EXPECT_EQ(two.checkpoint, one.checkpoint);
  EXPECT_NEAR(static_cast<double>(two.checkpoint), 12 * 7.616e9, 0.02e9);
  EXPECT_EQ(two.kv_bytes_per_token, 57344);
  EXPECT_GT(one.total(), memory);
  EXPECT_LT(two.total(), memory);
  EXPECT_GT(two.generation, two.cache);
  EXPECT_EQ(two.cache, std::uint64_t{2} << 30);
  EXPECT_EQ(two.total(), two.weights + two.optimizer + two.tables + two.gradients + two.packs);
}

TEST(GpuPlan, NamesTheSmallestChangesThatFit) {
  const std::vector<std::string> ways =
      what_would_fit_gpus(options_with(1, Recompute::nothing), seven_billion(), 8, memory);
  ASSERT_FALSE(ways.empty());
  EXPECT_THAT(ways.back(), testing::StartsWith("--training.zero_stage 2 --training.recompute gate_up ("));
  // On one GPU not even a small pack fits, but more GPUs do.
  EXPECT_THAT(what_would_fit_gpus(options_with(1, Recompute::nothing), seven_billion(), 1, memory),
              testing::ElementsAre(testing::HasSubstr("GPUs with --training.zero_stage 2")));
  EXPECT_THAT(what_would_fit_gpus(options_with(1, Recompute::nothing), seven_billion(), 8, memory / 4),
              testing::IsEmpty());
  // What a run has already is not named again.
  const std::vector<std::string> more =
      what_would_fit_gpus(options_with(2, Recompute::layers), seven_billion(), 1, memory);
  EXPECT_THAT(more, testing::Not(testing::IsEmpty()));
  EXPECT_THAT(more, testing::Each(testing::Not(testing::HasSubstr("zero_stage"))));
  EXPECT_THAT(more, testing::Each(testing::Not(testing::HasSubstr("recompute"))));
}

TEST(GpuPlan, SaysWhatIsLeftForKeysAndValues) {
  const GpuPlan plan = gpu_plan(options_with(2, Recompute::layers), seven_billion(), 8);
  const auto tokens = static_cast<std::int64_t>(
      static_cast<double>(memory - plan.total() + plan.gradients + plan.packs - plan.generation) / 57344);
  EXPECT_THAT(plan.text(memory, true), testing::HasSubstr(std::to_string(tokens) + " tokens"));
  EXPECT_THAT(plan.text(memory, true), testing::HasSubstr("fits: "));
  EXPECT_THAT(plan.text(memory, false), testing::Not(testing::HasSubstr("may be larger")));
}

GpuPlan with_planned_cache(Options options, std::uint64_t usable) {
  options.rollout.kv_cache_bytes.value = 0;
  return gpu_plan(with_cache(options, seven_billion(), 8, true, usable), seven_billion(), 8, true);
}

TEST(GpuPlan, ACacheThatIsNotGivenFillsWhatIsLeft) {
  Options options = options_with(2, Recompute::layers);
  options.rollout.max_sequences = 2048;
  const GpuPlan given = gpu_plan(options, seven_billion(), 8, true),
                filled = with_planned_cache(options, memory);
  // As much more as text() says that the cache may be larger by, but for the last page.
  const std::uint64_t more = memory - given.total() + given.gradients + given.packs - given.generation;
  EXPECT_LE(filled.total(), memory);
  EXPECT_GT(filled.total(), memory - (1 << 20));
  EXPECT_NEAR(static_cast<double>(filled.cache), static_cast<double>(given.cache + more), 1 << 20);
  EXPECT_EQ(filled.gradients, given.gradients);
  // Few sequences need less; then training decides how much memory there must be.
  options.rollout.max_sequences = 1;
  const GpuPlan one = with_planned_cache(options, memory);
  options.rollout.max_sequences = 4;
  const GpuPlan four = with_planned_cache(options, memory);
  EXPECT_EQ(four.cache, 4 * one.cache);
  EXPECT_EQ(four.largest_turn(), four.gradients + four.packs);
}

}  // namespace
}  // namespace srl::training
