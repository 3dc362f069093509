#include "reward/format.hpp"

#include <gmock/gmock.h>

namespace srl::reward {
namespace {

FormatError error_of(std::string_view text, bool solution_tags = false) {
  return parse_completion(text, solution_tags).error;
}

TEST(AnswerFormat, ThoughtThenAction) {
  const ParsedCompletion answer =
      parse_completion(" \n<think> why\n</think>\n\n 3. **Add** 1 + 1 = 2 \x1f\n");
  EXPECT_EQ(answer.error, FormatError::none);
  EXPECT_EQ(answer.thought, "why");
  EXPECT_EQ(answer.action, "3. **Add** 1 + 1 = 2");
}

TEST(AnswerFormat, EveryReason) {
  EXPECT_EQ(error_of("no tags"), FormatError::missing_open);
  EXPECT_EQ(error_of(""), FormatError::missing_open);
  EXPECT_EQ(error_of("a</think>b"), FormatError::missing_open);
  EXPECT_EQ(error_of("<think>a"), FormatError::missing_close);
  EXPECT_EQ(error_of("<think>a</think>b</think>"), FormatError::repeated_tag);
  EXPECT_EQ(error_of("<think>a<think></think>b"), FormatError::repeated_tag);
  EXPECT_EQ(error_of("</think>a<think>b"), FormatError::wrong_order);
  EXPECT_EQ(error_of("Well, <think>a</think>b"), FormatError::text_before);
  EXPECT_EQ(error_of("<think> \t</think>b"), FormatError::empty_thought);
  EXPECT_EQ(error_of("<think>a</think>\xc2\xa0\n"), FormatError::empty_action);
  EXPECT_EQ(error_of("<think>a</think>b", true), FormatError::missing_solution_tag);
}

TEST(AnswerFormat, TagsMustBeWholeAndLowerCase) {
  EXPECT_EQ(error_of("<Think>a</think>b"), FormatError::missing_open);
  EXPECT_EQ(error_of("<think >a</think>b"), FormatError::missing_open);
  EXPECT_EQ(error_of("<think>a</think"), FormatError::missing_close);
  EXPECT_EQ(parse_completion("<<think>a</think>b").error, FormatError::text_before);
}

TEST(AnswerFormat, SolutionTags) {
  const ParsedCompletion answer = parse_completion("<think>a</think> <solution> x </solution> rest", true);
  EXPECT_EQ(answer.error, FormatError::none);
  EXPECT_EQ(answer.action, "x");
  EXPECT_EQ(error_of("<think>a</think>b<solution>x</solution>", true), FormatError::text_before);
  EXPECT_EQ(error_of("<think>a<solution></think>x</solution>", true), FormatError::wrong_order);
  EXPECT_EQ(error_of("<think>a</think><solution>x</solution><solution>", true), FormatError::repeated_tag);
  EXPECT_EQ(error_of("<think>a</think><solution> </solution>", true), FormatError::empty_action);
  EXPECT_EQ(parse_completion("<think>a</think><solution>x</solution>").action, "<solution>x</solution>");
}

TEST(AnswerFormat, AnActionThatIsLeftAloneKeepsItsWhiteSpace) {
  EXPECT_EQ(parse_completion("<think>a</think>\n x \n", false, Strip::none).action, "\n x \n");
  EXPECT_EQ(parse_completion("<think> a </think>\n x \n", false, Strip::none).thought, "a");
  EXPECT_EQ(parse_completion("<think>a</think> <solution> x\n</solution> ", true, Strip::none).action,
            " x\n");
  EXPECT_EQ(parse_completion("<think>a</think> \n", false, Strip::none).error, FormatError::empty_action);
}

TEST(AnswerFormat, NamesAreForMetrics) {
  EXPECT_EQ(word(FormatError::none), "none");
  EXPECT_EQ(word(FormatError::missing_solution_tag), "missing_solution_tag");
}

}  // namespace
}  // namespace srl::reward
