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

TEST(Scoring, AChoiceIsNamedByItsLetterOrItsText) {
  Question question;
  question.choices = {"Paris", "Rome", "a dog", "Rome (old)"};
  question.reference = "B";
  const auto score = [&](const std::string& text) { return score_answer(text, question, {}); };
  for (const char* text :
       {"so \\boxed{B}", "\\boxed{\\text{B}}", "\\boxed{(B)}", "\\boxed{b}", "\\boxed{B. Rome}",
        "\\boxed{Rome}", "\\boxed{rome}", "The answer is B.", "The answer is **B**.",
        "The answer is (B) Rome.", "B", "(B)", "B) Rome", "Rome", "It was long ago.\nB"}) {
    EXPECT_TRUE(score(text).correct) << text;
    EXPECT_EQ(score(text).how, "choice") << text;
  }
  for (const char* text :
       {"\\boxed{A}", "\\boxed{Paris}", "\\boxed{a dog}", "The answer is C", "\\boxed{Rome (old)}"}) {
    EXPECT_FALSE(score(text).correct) << text;
    EXPECT_EQ(score(text).how, "different") << text;
  }
  for (const char* text : {"", "I do not know", "\\boxed{E}", "\\boxed{7}", "Both A and B could be right"}) {
    EXPECT_FALSE(score(text).correct) << text;
    EXPECT_EQ(score(text).how, "no_answer") << text;
  }
}

}  // namespace
}  // namespace srl::evaluation
