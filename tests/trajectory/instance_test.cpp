#include "trajectory/instance.hpp"

#include <gmock/gmock.h>

#include "trajectory/prompt/prompts.hpp"

namespace srl::trajectory {
namespace {

using testing::ElementsAre;

Solution three_steps() {
  Solution s;
  s.domain = "math";
  s.question = "Q?";
  s.steps = {{"First", {}, "1. **First** a", {}},
             {"Second", {}, "2. **Second:** b", {}},
             {"Third", {}, "3. **Third** c", {}}};
  return s;
}

TEST(InstanceSteps, FollowTargetsAndView) {
  InstanceOptions options;
  const Solution s = three_steps();
  EXPECT_THAT(instance_steps(s, options), ElementsAre(0, 1));
  options.targets = trajectory::Targets::all_but_first;
  EXPECT_THAT(instance_steps(s, options), ElementsAre(1, 2));
  options.targets = trajectory::Targets::all;
  EXPECT_THAT(instance_steps(s, options), ElementsAre(0, 1, 2));
  options.view = trajectory::InstanceView::whole;
  EXPECT_THAT(instance_steps(s, options), ElementsAre(0));
  options.view = trajectory::InstanceView::prefix;
  EXPECT_THAT(instance_steps(s, options), ElementsAre(1, 2));
}

TEST(TargetText, IsFullOrBody) {
  InstanceOptions options;
  const Solution s = three_steps();
  EXPECT_EQ(target_of(s.steps[1], options), "2. **Second:** b");
  options.target_text = trajectory::TargetText::body;
  EXPECT_EQ(target_of(s.steps[0], options), "a");
  EXPECT_EQ(target_of(s.steps[1], options), "b");
}

TEST(Messages, ShowQuestionAndStepsSoFarButNeverTheTarget) {
  InstanceOptions options;
  EXPECT_EQ(mathematics_message(three_steps(), 0, options), "Question: Q?");
  EXPECT_EQ(mathematics_message(three_steps(), 2, options),
            "Question: Q?\n\nSolution:\n1. **First** a\n2. **Second:** b");
  options.hint = trajectory::Hint::title;
  EXPECT_THAT(mathematics_message(three_steps(), 1, options), testing::EndsWith("Next step: Second"));
}

TEST(Messages, ShowAgentsTheLastPairsWithoutThoughts) {
  Solution s;
  s.domain = "agent";
  s.question = "bug";
  for (int i = 0; i < 4; ++i) {
    s.steps.push_back({{}, "thought", "cmd" + std::to_string(i), "out" + std::to_string(i)});
  }
  InstanceOptions options;
  const std::string text = agent_message(s, 3, options);
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("cmd0")));
  EXPECT_THAT(text, testing::HasSubstr("Command:\ncmd1\n\nOutput:\nout1"));
  EXPECT_THAT(text, testing::HasSubstr("out2"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("cmd3")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("thought")));
}

TEST(LongObservations, AreCutInTheMiddleAndSaySo) {
  const std::string text = std::string(500, 'a') + std::string(500, 'b');
  const std::string cut = cut_in_the_middle(text, 200);
  EXPECT_THAT(cut, testing::StartsWith("aaaa"));
  EXPECT_THAT(cut, testing::EndsWith("bbbb"));
  EXPECT_THAT(cut, testing::HasSubstr("840 characters cut"));
  EXPECT_EQ(cut_in_the_middle(text, 1000), text);
}

}  // namespace
}  // namespace srl::trajectory
