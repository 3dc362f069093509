#include "training/data/supervised.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/checksum.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "model/initial.hpp"
#include "model/model_folder.hpp"
#include "trajectory/shard.hpp"

namespace srl::training {
namespace {

namespace fs = std::filesystem;

trajectory::Solution two_steps() {
  trajectory::Solution solution;
  solution.id = "s";
  solution.domain = "math";
  solution.question = "q";
  solution.reasoning = "first;second;";
  solution.steps = {{"A", "first", "1. **A** a", {}}, {"B", "second", "2. **B** b", {}}};
  return solution;
}

TEST(ExpertAnswer, OneStepTakesItsOwnThoughtAndAWholeSolutionItsReasoning) {
  trajectory::Solution solution = two_steps();
  trajectory::Instance instance;
  instance.prefill = "<think>";
  instance.target = "2. **B** b";
  EXPECT_EQ(expert_completion(solution, 1, instance, SftThought::reasoning, false, true),
            "second</think>\n2. **B** b");
  EXPECT_EQ(expert_completion(solution, 0, instance, SftThought::reasoning, false, false),
            "first;second;</think>\n2. **B** b");
  solution.steps[1].thought.reset();
  EXPECT_EQ(expert_completion(solution, 1, instance, SftThought::reasoning, false, true),
            "first;second;</think>\n2. **B** b");
  EXPECT_EQ(expert_completion(solution, 1, instance, SftThought::title, false, true),
            "The next step is: B.</think>\n2. **B** b");
}

class Batches : public testing::Test {
 protected:
  void SetUp() override {
    model::write_mini_model(folder_ / "model", {}, 1);
    make_folders(folder_ / "data/shards");
    trajectory::write_shard(folder_ / "data/shards/shard_00000.h5", {two_steps()});
    trajectory::Manifest manifest;
    const fs::path shard = folder_ / "data/shards/shard_00000.h5";
    manifest.shards = {{"shards/shard_00000.h5", fs::file_size(shard), file_checksum(shard.string()), 1, 2}};
    manifest.counts = manifest.options = Json::object();
    manifest.inputs = Json::array();
    trajectory::write_manifest(folder_ / "data", manifest);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / cat("srl_supervised_", getpid());
};

TEST_F(Batches, AShareOfTheDrawsAsksForTheWholeSolution) {
  const model::ModelFolder model = model::open_model_folder(folder_ / "model", "plain");
  trajectory::InstanceOptions step, whole;
  step.targets = trajectory::Targets::all;
  whole.view = trajectory::InstanceView::whole;
  const trajectory::View step_view(step, model.tokenizer, model.chat_template),
      whole_view(whole, model.tokenizer, model.chat_template);
  const trajectory::Dataset dataset({(folder_ / "data").string()}, trajectory::Split::train, step);
  SupervisedSource source{.dataset = dataset,
                          .view = step_view,
                          .tokenizer = model.tokenizer,
                          .end_of_turn = 2,
                          .thought = SftThought::reasoning,
                          .prompts = 400,
                          .max_prompt_tokens = 1000,
                          .max_new_tokens = 1000,
                          .max_positions = 2000,
                          .seed = 7,
                          .whole_view = &whole_view,
                          .whole_share = 0.25};
  const SupervisedBatch made = supervised_batch(source, 0);
  ASSERT_EQ(made.batch.size(), 400u);
  int wholes = 0;
  for (const Group& group : made.batch) {
    const std::string answer = model.tokenizer.decode(group.completions.at(0).written().ids, true);
    const bool is_whole = answer == "first;second;</think>\n1. **A** a\n2. **B** b";
    EXPECT_TRUE(is_whole || answer == "first</think>\n1. **A** a" || answer == "second</think>\n2. **B** b")
        << answer;
    wholes += is_whole;
  }
  EXPECT_NEAR(wholes, 100, 35);  // four standard deviations of binomial(400, 1/4)
  const SupervisedBatch second_half = supervised_batch(source, 200);
  EXPECT_EQ(second_half.batch[0].completions[0].written().ids,
            made.batch[200].completions[0].written().ids);  // by running number: the same after a restart
  source.whole_view = nullptr;
  for (const Group& group : supervised_batch(source, 0).batch) { EXPECT_LT(group.completions[0].tokens, 35); }
}

}  // namespace
}  // namespace srl::training
