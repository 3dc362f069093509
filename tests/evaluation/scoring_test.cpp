// Scoring of final answers for records and validation.
#include "evaluation/scoring.hpp"

#include <gtest/gtest.h>

namespace srl::evaluation {
namespace {

TEST(Scoring, TheAnswerAfterTheThoughtCountsAndTheThoughtOnlyWhenNothingFollows) {
  Question question;
  question.reference = "72";
  const auto score = [&](const std::string& text) { return score_answer(text, question, {}); };
  EXPECT_TRUE(score("<think>maybe \\boxed{71}</think> It is \\boxed{72}.").correct);
  const AnswerScore wrong = score("<think>maybe \\boxed{72}</think> It is \\boxed{71}.");
  EXPECT_FALSE(wrong.correct);
  EXPECT_EQ(wrong.answer, "71");
  EXPECT_TRUE(score("<think>so \\boxed{72}</think>\n").correct);
}

}  // namespace
}  // namespace srl::evaluation
