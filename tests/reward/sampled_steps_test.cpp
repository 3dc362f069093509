#include "reward/sampled_steps.hpp"

#include <gmock/gmock.h>

#include "base/strings.hpp"

namespace srl::reward {
namespace {

std::string step(int problem) {
  return cat("So there are ", std::string(6, static_cast<char>('a' + problem)));
}

void add(SampledSteps& steps, int update, int problem, const std::string& action, const char* mark = "") {
  Json line = Json::object();
  line["update"] = update;
  line["solution"] = std::to_string(problem);
  line["target"] = step(problem);
  line["action"] = action;
  line["format_error"] = *mark == 'f' ? "truncated" : "none";
  if (*mark == 'd') { line["dropped"] = "surplus"; }
  steps.add(line);
}

TEST(SampledSteps, CompareUsedSamplesWithStepsOfOtherProblems) {
  SampledSteps steps;
  for (int update = 1; update <= 24; ++update) {
    for (int problem = 0; problem < 3; ++problem) {
      add(steps, update, problem, update <= 14 ? "?" : step(problem));
    }
    add(steps, update, 0, step(0), "dropped");
    add(steps, update, 0, step(0), "format");
  }
  const StepSimilarities found = steps.first_and_last(10);
  ASSERT_EQ(found.own.size(), 20U);
  EXPECT_DOUBLE_EQ(found.own.front(), 0);  // samples that do not count are right
  EXPECT_DOUBLE_EQ(found.own.back(), 1);
  EXPECT_DOUBLE_EQ(found.others.back(), 13.0 / 19);  // "So there are " of 19 characters
  EXPECT_TRUE(steps.first_and_last(13).own.empty());
}

TEST(SampledSteps, NeedStepsOfOtherProblems) {
  SampledSteps steps;
  for (int update = 1; update <= 20; ++update) { add(steps, update, 0, step(0)); }
  EXPECT_TRUE(steps.first_and_last(10).others.empty());
}

}  // namespace
}  // namespace srl::reward
