#include "training/plan/cost_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/model_shapes.hpp"

namespace srl::training {
namespace {

constexpr double parameters_7b = 7615616512;

Options options_of_a_batch() {
  Options options;
  options.training.prompts_per_update = 128;
  options.training.group_size = 8;
  options.plan.completion_tokens = 500;
  return options;
}

PlanOptions round_rates() {
  PlanOptions rates;
  rates.read_rate.value = 1'000'000'000;
  rates.write_rate.value = 500'000'000;
  rates.network_rate.value = 10'000'000'000;
  rates.files_per_second = 100;
  rates.rollout_tokens_per_second = 2000;
  rates.training_tokens_per_second = 8000;
  return rates;
}

const PhaseCost& phase(const std::vector<PhaseCost>& phases, const std::string& name) {
  return *std::find_if(phases.begin(), phases.end(), [&](const PhaseCost& p) { return p.name == name; });
}

std::vector<PhaseCost> on(std::int64_t ranks, const Options& options = options_of_a_batch()) {
  return phase_costs(options, round_rates(), test::qwen2_7b(),
                     {.ranks = ranks, .longest_prompt = 500, .mean_prompt = 300, .bf16 = true},
                     {.model_files = 10,
                      .weight_files = 4,
                      .folders = 1,
                      .shards = 100,
                      .model_bytes = 15e9,
                      .shard_bytes = 50e6});
}

TEST(CostModel, AnUpdateIsTheSumOfItsClosedForms) {
  const std::vector<PhaseCost> phases = on(8);
  // 128 completions per rank of 500 tokens; 16 prompts of 300 tokens.
  EXPECT_NEAR(phase(phases, "update: sampling").seconds, 128 * 500 / 2000.0, 1e-3);
  EXPECT_DOUBLE_EQ(phase(phases, "update: forward and backward").seconds, (128 * 500 + 16 * 300) / 8000.0);
  EXPECT_DOUBLE_EQ(phase(phases, "update: gradients reduced").sent, 4 * parameters_7b * 7 / 8);
  EXPECT_DOUBLE_EQ(phase(phases, "update: weights gathered").sent, 2 * parameters_7b * 7 / 8);
  EXPECT_NEAR(update_seconds(phases), 32 + 68800 / 8000.0 + 6 * parameters_7b * 7 / 8 / 10e9, 1e-3);
}

TEST(CostModel, FilesAndBytesOfStartCheckpointAndResume) {
  const std::vector<PhaseCost> phases = on(8);
  EXPECT_EQ(phase(phases, "start").files, 10 + 2 * 4 + 1 + 300 + 8);
  EXPECT_EQ(phase(phases, "start").disk, 15e9 + 100e6 + 8 * 0.5e6);
  EXPECT_EQ(phase(phases, "checkpoint").files, 10);
  EXPECT_DOUBLE_EQ(phase(phases, "checkpoint").disk, 12 * parameters_7b);
  EXPECT_DOUBLE_EQ(phase(phases, "checkpoint").seconds, 12 * parameters_7b / 500e6 + 0.1);
  EXPECT_EQ(phase(phases, "resume, after a start").files, 17);
}

TEST(CostModel, OneRankSendsNothing) {
  for (const PhaseCost& one : on(1)) { EXPECT_EQ(one.sent, 0) << one.name; }
}

TEST(CostModel, MoreRanksThanCompletionsGainNothing) {
  const double full = phase(on(1024), "update: sampling").seconds,
               more = phase(on(4096), "update: sampling").seconds;
  EXPECT_NEAR(full, 500 / 2000.0, 1e-3);
  EXPECT_NEAR(more, full, 1e-3);
}

TEST(CostModel, ZeroStage2ReducesEveryPack) {
  Options options = options_of_a_batch();
  options.training.zero_stage = 2;
  options.training.max_tokens_per_pack = 8000;
  const double once = phase(on(8), "update: gradients reduced").sent;
  EXPECT_DOUBLE_EQ(phase(on(8, options), "update: gradients reduced").sent, 9 * once);  // 68,800 tokens
}

}  // namespace
}  // namespace srl::training
