// A batch is the same on any number of ranks. It is also the same when sampling was stopped early and resumed
// with the groups that were finished. Surplus groups come first in the next batch.
#include "training/sample/sampling.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/checksum.hpp"
#include "model/initial.hpp"
#include "model/model_folder.hpp"
#include "support/mpi_main.hpp"
#include "training/data/batch_lines.hpp"
#include "training/data/exchange.hpp"
#include "trajectory/shard.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

/// A random mini model and ten short solutions, in a separate folder for each rank.
struct World {
  World() : folder(fs::temp_directory_path() / ("srl_sampling_" + std::to_string(getpid()))) {
    fs::remove_all(folder);
    model::write_mini_model(folder / "model", {}, 3);
    fs::create_directories(folder / "data/shards");
    std::vector<trajectory::Solution> solutions;
    for (int i = 0; i < 10; ++i) {
      trajectory::Solution& solution = solutions.emplace_back();
      solution.id = "s" + std::to_string(i);
      solution.domain = "math";
      solution.question = std::string(static_cast<std::size_t>(3 * i + 1), 'q');
      for (const char* action : {"1. a", "2. b"}) { solution.steps.emplace_back().action = action; }
    }
    const fs::path file = folder / "data/shards/shard_00000.h5";
    trajectory::write_shard(file, solutions);
    trajectory::Manifest manifest;
    manifest.shards.push_back(
        {"shards/shard_00000.h5", fs::file_size(file), file_checksum(file.string()), 10, 20});
    manifest.counts = Json::object();
    manifest.inputs = Json::array();
    manifest.options = Json::object();
    trajectory::write_manifest(folder / "data", manifest);
    opened.emplace(model::open_model_folder(folder / "model", "plain"));
    view.emplace(instance, opened->tokenizer, opened->chat_template);
    dataset.emplace(std::vector<std::string>{(folder / "data").string()}, trajectory::Split::train, instance);
    weights.emplace(model::load_parameters(*opened, model::Dtype::fp32));
    options.max_sequences = 4;  // one group at a time, so that some finish before others begin
    generator.emplace(*weights, std::vector<std::int32_t>{0}, options, pool);
  }
  ~World() { fs::remove_all(folder); }

  Sampler sampler(const objective::ObjectiveOptions& objective) {
    Sampler s{.dataset = *dataset,
              .view = *view,
              .tokenizer = opened->tokenizer,
              .pool = pool,
              .world = ranks,
              .signal = {},
              .objective = objective,
              .sampling = {},
              .prompts = 3,
              .completions = 4,
              .max_prompt_tokens = 2000,
              .seed = 11};
    s.signal.signal.kind = objective::SignalKind::exact;
    s.sampling.max_new_tokens = 20;
    s.generator = &*generator;
    return s;
  }

  fs::path folder;
  comm::Communicator ranks = test_world();
  ThreadPool pool{1};
  trajectory::InstanceOptions instance;
  rollout::RolloutOptions options;
  std::optional<model::ModelFolder> opened;
  std::optional<trajectory::View> view;
  std::optional<trajectory::Dataset> dataset;
  std::optional<model::Parameters> weights;
  std::optional<rollout::Generator> generator;
};

objective::ObjectiveOptions keep_all() {
  objective::ObjectiveOptions objective;
  objective.filter_groups = objective::GroupFilter::off;  // the rewards of a random model are all equal
  return objective;
}

SampledBatch undisturbed(const Sampler& sampler, std::int64_t position = 0, const Batch& carried = {},
                         const Batch& finished = {}) {
  job::Interruption never;
  return sample_batch(sampler, position, carried, finished, {}, never);
}

/// The whole batch as lines on rank 0, "" on other ranks.
std::string lines_at_root(Batch batch) {
  deliver(batch, all_to(0, batch), Texts::yes, test_world());
  return test_world().is_root() ? batch_to_lines(batch, true) : "";
}

/// The draws of the groups that were dropped for `reason`, in their order; -1 for another reason.
std::vector<std::int64_t> dropped_as(Dropped reason, const SampledBatch& sampled) {
  std::vector<std::int64_t> draws;
  for (const Group& group : sampled.dropped) { draws.push_back(group.dropped == reason ? group.draw : -1); }
  return draws;
}

/// Counts this rank's decode steps and stops after `steps_left` of them.
class LeavesAfter final : public job::Interruption {
 public:
  explicit LeavesAfter(int steps_left) : steps_left_(steps_left) {}
  void progress() override { ++steps; }
  bool leaving() override {
    left_ |= steps_left_-- <= 0;
    return left_;
  }
  bool agreed_to_drop() override {
    return test_world().all_reduce(std::int64_t{left_}, comm::Reduce::max) > 0;
  }
  int steps = 0;

 private:
  int steps_left_;
  bool left_ = false;
};

TEST(Sampling, GroupsFinishedBeforeAStopAreNotSampledAgain) {
  World world;
  const Sampler sampler = world.sampler(keep_all());
  constexpr int never = 1 << 30;
  LeavesAfter counting(never);
  const SampledBatch expected = sample_batch(sampler, 0, {}, {}, {}, counting);
  ASSERT_EQ(expected.batch.size(), 3u);
  // Rank 0 stops at once, in the middle, and in its last group. The other ranks finish their groups.
  for (const int part : {0, 1, 2}) {
    LeavesAfter leaves(test_world().is_root() ? part * (counting.steps - 2) / 2 : never);
    const SampledBatch stopped = sample_batch(sampler, 0, {}, {}, {}, leaves);
    ASSERT_TRUE(stopped.stopped);
    EXPECT_LT(stopped.finished.size(), 3u);
    if (part == 2) { EXPECT_GE(stopped.finished.size(), 1u); }
    const SampledBatch again = undisturbed(sampler, 0, {}, stopped.finished);
    EXPECT_EQ(lines_at_root(again.batch), lines_at_root(expected.batch)) << part;
    EXPECT_EQ(again.position, expected.position);
    EXPECT_EQ(again.figures.rollouts_sampled, expected.figures.rollouts_sampled);
    EXPECT_EQ(again.figures.histogram, expected.figures.histogram);
  }
}

TEST(Sampling, GroupsAreDividedAmongMoreRanksThanGroups) {
  World world;
  const comm::Communicator one_rank = test_world().split(test_world().rank(), 0);
  for (const std::int64_t prompts : {1, 2}) {
    Sampler sampler = world.sampler(keep_all());
    sampler.prompts = prompts;
    LeavesAfter counting(1 << 30);
    const SampledBatch together = sample_batch(sampler, 0, {}, {}, {}, counting);
    // One rank alone samples the same completions with the same rewards.
    const Sampler alone{.dataset = sampler.dataset,
                        .view = sampler.view,
                        .tokenizer = sampler.tokenizer,
                        .pool = sampler.pool,
                        .world = one_rank,
                        .signal = sampler.signal,
                        .objective = sampler.objective,
                        .sampling = sampler.sampling,
                        .prompts = prompts,
                        .completions = sampler.completions,
                        .max_prompt_tokens = sampler.max_prompt_tokens,
                        .seed = sampler.seed,
                        .generator = sampler.generator};
    const SampledBatch expected = undisturbed(alone);
    const std::string lines = lines_at_root(together.batch);
    if (test_world().is_root()) { EXPECT_EQ(lines, batch_to_lines(expected.batch, true)) << prompts; }
    EXPECT_EQ(together.figures.rollouts_sampled, expected.figures.rollouts_sampled);
    if (prompts == 1) { EXPECT_GT(counting.steps, 0) << "this rank sampled nothing"; }
    // The first rank stops at once: what is left of a group is not kept.
    LeavesAfter leaves(test_world().is_root() ? 0 : 1 << 30);
    const SampledBatch stopped = sample_batch(sampler, 0, {}, {}, {}, leaves);
    for (const Group& group : stopped.finished) {
      EXPECT_EQ(std::ssize(group.completions), sampler.completions);
    }
    const SampledBatch again = undisturbed(sampler, 0, {}, stopped.finished);
    EXPECT_EQ(lines_at_root(again.batch), lines) << prompts;
  }
}

TEST(Sampling, AWholeBatchKeepsItsGroupsForAnUpdateThatIsDroppedLater) {
  World world;
  objective::ObjectiveOptions objective = keep_all();
  objective.round_prompts = 5;
  const Sampler sampler = world.sampler(objective);
  const SampledBatch first = undisturbed(sampler);
  EXPECT_EQ(first.finished.size(), 5U);  // the surplus too
  LeavesAfter counting(1 << 30);
  const SampledBatch again = sample_batch(sampler, 0, {}, first.finished, {}, counting);
  EXPECT_EQ(counting.steps, 0);
  EXPECT_EQ(lines_at_root(again.batch), lines_at_root(first.batch));
  EXPECT_EQ(again.finished.size(), 5U);
}

TEST(Sampling, SurplusIsDiscardedOrComesFirstInTheNextBatch) {
  World world;
  objective::ObjectiveOptions objective = keep_all();
  objective.round_prompts = 5;
  const SampledBatch discarded = undisturbed(world.sampler(objective));
  EXPECT_EQ(discarded.surplus.size(), 0u);
  EXPECT_EQ(discarded.figures.groups_surplus, 2);
  EXPECT_EQ(dropped_as(Dropped::surplus, discarded), (std::vector<std::int64_t>{3, 4}));
  objective.surplus = objective::Surplus::carry;
  const SampledBatch first = undisturbed(world.sampler(objective));
  ASSERT_EQ(first.surplus.size(), 2u);
  EXPECT_TRUE(first.dropped.empty());
  EXPECT_EQ(first.position, 5);
  const SampledBatch second = undisturbed(world.sampler(objective), first.position, first.surplus);
  ASSERT_EQ(second.batch.size(), 3u);
  EXPECT_EQ(second.figures.groups_carried, 2);
  EXPECT_EQ(second.surplus.size(), 4u);  // five more groups, of which one fits into the batch
  for (std::size_t g = 0; g < 3; ++g) {
    EXPECT_EQ(second.batch[g].draw, static_cast<std::int64_t>(3 + g));
    EXPECT_EQ(second.batch[g].carried, g < 2);
  }
  EXPECT_EQ(second.batch[0].completions[0].payload, first.surplus[0].completions[0].payload);
  const SampledBatch third = undisturbed(world.sampler(objective), second.position, second.surplus);
  EXPECT_EQ(dropped_as(Dropped::surplus, third), (std::vector<std::int64_t>{9}));  // carried once, not twice
}

TEST(Sampling, GroupsWithEqualRewardsAreDroppedAndMarked) {
  World world;
  objective::ObjectiveOptions objective;  // the rewards of a random model are all equal
  objective.max_sampling_rounds = 1;
  const SampledBatch sampled = undisturbed(world.sampler(objective));
  EXPECT_TRUE(sampled.batch.empty());
  EXPECT_EQ(dropped_as(Dropped::equal_rewards, sampled), (std::vector<std::int64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace srl::training
