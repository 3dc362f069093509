// Completions on a GPU, real or emulated, are independent, bit for bit, of batch limits, budgets of the
// cache, preemptions, the order of groups, and the order in which work runs.
#include "rollout/gpu_generator.hpp"
#ifdef SRL_EMULATED
#include "device/emulated.hpp"
#endif

namespace srl::rollout {
namespace {

using test::gpu_config;
using test::gpu_options;
using test::GpuGenerator;
using test::random_prompt;
using test::small_model;

class GpuInvariance : public testing::TestWithParam<model::Dtype> {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  }
};
INSTANTIATE_TEST_SUITE_P(Rollout, GpuInvariance, testing::Values(model::Dtype::fp32, model::Dtype::bf16),
                         [](const auto& of) { return std::string(word(of.param)); });

TEST_P(GpuInvariance, LimitsBudgetsAndOrderDoNotChangeABit) {
  const model::Parameters parameters = small_model(gpu_config("Qwen2ForCausalLM"), 3);
  const std::vector<Group> groups = test::mixed_groups(6, 12, 12);
  SamplingOptions sampling;
  sampling.max_new_tokens = 48;
  const std::vector<std::int32_t> stop{3, 4};
  const Generated base = GpuGenerator(parameters, GetParam(), gpu_options(), stop)
                             ->generate(groups, sampling, 9, RandomStream::rollout);
  EXPECT_GT(base.figures.prefix_hits, 0);
  std::mt19937 random(4);
  std::int64_t preemptions = 0;
  for (int variant = 0; variant < 3; ++variant) {
    const test::Shuffled shuffled(groups, random);
    RolloutOptions options =
        gpu_options(test::page_bytes(parameters.config(), GetParam()) * (9 + random() % 4));
    options.max_sequences = 2 + static_cast<std::int64_t>(random() % 12);
    options.prefill_chunk = 1 + static_cast<std::int64_t>(random() % 50);
    const Generated one = GpuGenerator(parameters, GetParam(), options, stop)
                              ->generate(shuffled.groups, sampling, 9, RandomStream::rollout);
    preemptions += one.figures.preemptions;
    EXPECT_LE(one.figures.kv_peak_bytes, options.kv_cache_bytes.value);
    test::expect_same(one, base, shuffled.order, "variant " + std::to_string(variant));
    if (HasFailure()) { return; }
  }
  EXPECT_GT(preemptions, 5);
}

TEST_P(GpuInvariance, RowsMayHaveMorePartsThanMemoryHoldsAtOnce) {
  const model::Parameters parameters = small_model(gpu_config("LlamaForCausalLM", 1), 3);
  SamplingOptions sampling;
  sampling.max_new_tokens = 3;
  const std::vector<Group> groups{{random_prompt(800, 203, 5), 1, 8, 0},
                                  {random_prompt(790, 203, 6), 2, 4, 0}};
  RolloutOptions options = gpu_options();
  const auto run = [&] {
    return GpuGenerator(parameters, GetParam(), options)
        ->generate(groups, sampling, 9, RandomStream::rollout);
  };
  const Generated wide = run();
  options.max_sequences = 8;
  options.prefill_chunk = 8;  // 8 rows of up to 5 parts are more than 32 parts
  const Generated narrow = run();
  test::expect_same(narrow, wide, {}, "narrow");
}

TEST_P(GpuInvariance, EveryOrderOfWorkGivesTheSameBits) {
  const model::Parameters parameters = small_model(gpu_config("Qwen3ForCausalLM"), 3);
  const std::vector<Group> groups = test::mixed_groups(4, 30, 30);
  SamplingOptions sampling;
  sampling.max_new_tokens = 8;
  sampling.repetition_penalty = 1.1;
  sampling.top_p = 0.95;
  const auto run = [&] {
    return GpuGenerator(parameters, GetParam())->generate(groups, sampling, 9, RandomStream::rollout);
  };
  const Generated base = run();
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
#ifdef SRL_EMULATED
    using device::emulated::Order;
    device::emulated::set_order(seed == 0 ? Order::eager : seed == 1 ? Order::laziest : Order::random, seed);
#endif
    const Generated again = run();
    test::expect_same(again, base, {}, "seed " + std::to_string(seed));
  }
}

}  // namespace
}  // namespace srl::rollout
