// Hand-checked expectations of the splitters (METHOD 2.2).
#include "data_prep/splitters.hpp"

#include <gmock/gmock.h>

namespace srl::data_prep {
namespace {

std::vector<std::string> actions(const SplitResult& result) {
  std::vector<std::string> texts;
  for (const auto& step : result.steps) texts.push_back(step.action);
  return texts;
}
std::vector<std::string> titles(const SplitResult& result) {
  std::vector<std::string> texts;
  for (const auto& step : result.steps) texts.push_back(step.title.value_or("-"));
  return texts;
}
using testing::ElementsAre;

TEST(Numbered, TitledStepsKeepTheirTextAndTitle) {
  const auto r = split_numbered("1. **Set up:** x = 2\n   more\n\n2. **Solve** y = 3\n3. **Answer** \\boxed{5}\n");
  EXPECT_THAT(actions(r), ElementsAre("1. **Set up:** x = 2\n   more", "2. **Solve** y = 3", "3. **Answer** \\boxed{5}"));
  EXPECT_THAT(titles(r), ElementsAre("Set up", "Solve", "Answer"));
}

TEST(Numbered, TextBeforeTheFirstStepBelongsToIt) {
  EXPECT_THAT(actions(split_numbered("We begin.\n\n1. **A** a\n2. **B** b")), ElementsAre("We begin.\n\n1. **A** a", "2. **B** b"));
}

TEST(Numbered, NestedListsAreNotSteps) {
  const auto r = split_numbered("1. **A** cases:\n   1. one\n   2. two\n2. **B** b\n\t1. deep\n3. **C** c");
  EXPECT_EQ(r.steps.size(), 3u);
  EXPECT_EQ(r.steps[0].action, "1. **A** cases:\n   1. one\n   2. two");
}

TEST(Numbered, AnUnindentedPlainListInsideAStepIsNotSteps) {
  EXPECT_EQ(split_numbered("1. **A** cases:\n1. one\n2. two\n2. **B** b").steps.size(), 2u);
}

TEST(Numbered, CodeAndDisplayMathematicsAreSkipped) {
  EXPECT_EQ(split_numbered("1. **A** code\n```\n2. **no** x\n```\n2. **B** b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("1. **A** m\n\\[\n2. **no** x\n\\]\n2. **B** b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("1. **A** m\n$$\n2. **no** x\n$$\n2. **B** b").steps.size(), 2u);
  EXPECT_EQ(split_numbered("1. **A** m\n\\begin{align}\n2. **no** x\n\\end{align}\n2. **B** b").steps.size(), 2u);
}

TEST(Numbered, ANumberAtASentencesEndOrStartIsNoStep) {
  EXPECT_EQ(split_numbered("1. **A** the value is 2.\n3 is odd\n2.5 is not whole\n2. **B** b").steps.size(), 2u);
}

TEST(Numbered, FaultsHaveReasons) {
  EXPECT_EQ(split_numbered("1. **A** a\n2. **B** b\n1. **A** a\n2. **B** b").dropped, "numbering_restarts");
  EXPECT_EQ(split_numbered("1. **A** a\n3. **B** b").dropped, "numbering_skips");
  EXPECT_EQ(split_numbered("2. **A** a\n3. **B** b").dropped, "numbering_skips");
  EXPECT_EQ(split_numbered("1. **A** alone").dropped, "single_step");
  EXPECT_EQ(split_numbered("just prose").dropped, "no_steps");
  EXPECT_EQ(split_numbered("").dropped, "no_steps");
}

TEST(Numbered, AMissingBoldFillsAGap) {
  const auto r = split_numbered("1. **A** a\n2. b without bold\n3. **C** c");
  EXPECT_THAT(titles(r), ElementsAre("A", "-", "C"));
}

TEST(Numbered, PlainListsAndHeadingsAreStepsWhenNothingIsTitled) {
  EXPECT_THAT(actions(split_numbered("1. first\n2. second")), ElementsAre("1. first", "2. second"));
  EXPECT_THAT(actions(split_numbered("Step 1: first\nx\nStep 2: second")), ElementsAre("Step 1: first\nx", "Step 2: second"));
  EXPECT_THAT(titles(split_numbered("### Step 1: Begin\nx\n### Step 2: End\ny")), ElementsAre("Begin", "End"));
  EXPECT_EQ(split_numbered("**Step 1:** first\n**Step 2:** second").steps.size(), 2u);
  EXPECT_EQ(split_numbered("Step 1 shows that\nStep 2 shows more").dropped, "no_steps");
}

TEST(Numbered, WindowsLineEndsAndOtherScriptsWork) {
  EXPECT_THAT(actions(split_numbered("1. **A** a\r\n2. **B** b\r\n")), ElementsAre("1. **A** a", "2. **B** b"));
  EXPECT_THAT(titles(split_numbered("1. **\xE8\xAE\xA1\xE7\xAE\x97** x\n2. **\xF0\x9F\x98\x80** y")),
              ElementsAre("\xE8\xAE\xA1\xE7\xAE\x97", "\xF0\x9F\x98\x80"));
}

TEST(Lines, AreGsm8kSteps) {
  const auto r = split_lines("She sold 48/2 = <<48/2=24>>24 clips.\nTogether 48+24 = <<48+24=72>>72.\n#### 72");
  EXPECT_THAT(actions(r), ElementsAre("She sold 48/2 = 24 clips.", "Together 48+24 = 72."));
  EXPECT_EQ(r.answer, "72");
  EXPECT_EQ(split_lines("one\n#### 1").dropped, "single_step");
  EXPECT_THAT(actions(split_lines("a << b\nc")), ElementsAre("a << b", "c"));
}

TEST(Auto, PrefersNumberedThenGsm8kLines) {
  std::string used;
  EXPECT_EQ(split_steps("auto", "1. **A** a\n2. **B** b", used).steps.size(), 2u);
  EXPECT_EQ(used, "numbered");
  EXPECT_EQ(split_steps("auto", "a\nb\n#### 3", used).steps.size(), 2u);
  EXPECT_EQ(used, "lines");
  EXPECT_EQ(split_steps("auto", "a\nb", used).dropped, "no_steps");
}

}  // namespace
}  // namespace srl::data_prep
