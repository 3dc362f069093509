// Completions are independent, bit for bit, of batch limits, KV-cache budgets, preemptions, the order of
// groups and the way in which groups are cut.
#include "rollout/completions.hpp"

namespace srl::rollout {
namespace {

TEST(Invariance, LimitsBudgetsOrderAndThreadsDoNotChangeABit) {
  const model::Parameters parameters = test::small_model(test::small_config("Qwen2ForCausalLM"), 3);
  const std::vector<Group> groups = test::mixed_groups(40, 30, 200);
  SamplingOptions sampling;
  sampling.max_new_tokens = 60;
  ThreadPool two(2);
  const std::vector<std::int32_t> stop{3, 4, 5};
  const Generated base =
      Generator(parameters, stop, {}, two).generate(groups, sampling, 9, RandomStream::rollout);
  ASSERT_TRUE(base.figures.rows_equal);
  EXPECT_GT(base.figures.prefix_hits, 0);
  std::mt19937 random(4);
  std::int64_t preemptions = 0;
  for (int variant = 0; variant < 6; ++variant) {
    const test::Shuffled shuffled(groups, random);
    RolloutOptions options;
    options.max_sequences = 1 + static_cast<std::int64_t>(random() % 50);
    options.prefill_chunk = 1 + static_cast<std::int64_t>(random() % 100);
    const std::uint64_t block = 3 * 2 * (8 + 16) * 16 * 4;
    options.kv_cache_bytes.value = block * (22 + random() % 40);
    ThreadPool pool(1 + variant % 2);
    const Generated one = Generator(parameters, stop, options, pool)
                              .generate(shuffled.groups, sampling, 9, RandomStream::rollout);
    preemptions += one.figures.preemptions;
    EXPECT_LE(one.figures.kv_peak_bytes, options.kv_cache_bytes.value);
    test::expect_same(one, base, shuffled.order, "variant " + std::to_string(variant));
    if (HasFailure()) { return; }
  }
  EXPECT_GT(preemptions, 20);
}

/// A generator for the small Llama, with the objects to which it refers.
struct SmallLlama {
  model::Parameters parameters = test::small_model(test::small_config("LlamaForCausalLM"), 3);
  ThreadPool pool{2};
  Generator generator{parameters, {}, {}, pool};
};

TEST(Invariance, AGroupMayBeCutByFirstAnswer) {
  SmallLlama llama;
  SamplingOptions sampling;
  sampling.max_new_tokens = 30;
  Group whole{test::random_prompt(45, 203, 2), 12, 6, 0};
  Group front = whole, back = whole;
  front.completions = 2;
  back.completions = 4;
  back.first_completion = 2;
  const Generated all = llama.generator.generate({whole}, sampling, 1, RandomStream::rollout);
  const Generated cut = llama.generator.generate({back, front}, sampling, 1, RandomStream::rollout);
  for (std::size_t a = 0; a < 6; ++a) {
    test::expect_same(all.completions[0][a], a < 2 ? cut.completions[1][a] : cut.completions[0][a - 2],
                      "answer " + std::to_string(a));
  }
}

TEST(Invariance, SeedStreamAndDrawGiveOtherAnswers) {
  SmallLlama llama;
  SamplingOptions sampling;
  sampling.max_new_tokens = 20;
  Group group{test::random_prompt(10, 203, 2), 12, 1, 0};
  const auto run = [&](std::int64_t draw, std::uint64_t seed, RandomStream stream) {
    group.draw = draw;
    return llama.generator.generate({group}, sampling, seed, stream).completions[0][0].ids;
  };
  const auto base = run(12, 1, RandomStream::rollout);
  EXPECT_EQ(run(12, 1, RandomStream::rollout), base);
  EXPECT_NE(run(13, 1, RandomStream::rollout), base);
  EXPECT_NE(run(12, 2, RandomStream::rollout), base);
  EXPECT_NE(run(12, 1, RandomStream::validation), base);
}

}  // namespace
}  // namespace srl::rollout
