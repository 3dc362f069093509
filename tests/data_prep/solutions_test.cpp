#include "data_prep/split/solutions.hpp"

#include <gtest/gtest.h>

namespace srl::data_prep {
namespace {

RowResult read(const std::string& json, const FieldOptions& fields = {}) {
  return read_solution(Json::parse(json, "test"),
                       make_reading("auto", fields, SplitterChoice::automatic, true), "file");
}

TEST(Solutions, TakeTheUsualFields) {
  const RowResult r = read(
      R"({"unique_id": "u", "problem": " Q ", "solution": "1. **A** a\n2. **B** so \\boxed{\\frac{1}{2}}"})");
  ASSERT_EQ(r.kind, RowResult::Kind::kept);
  EXPECT_EQ(r.solution.id, "u");
  EXPECT_EQ(r.solution.question, "Q");
  EXPECT_EQ(r.solution.source, "file");
  EXPECT_EQ(r.solution.answer, "\\frac{1}{2}");
}

TEST(Solutions, OfGsm8kHaveTheirAnswerAfterTheHashes) {
  const RowResult r = read(R"({"question": "Q", "answer": "a\nb\n#### 1,000"})");
  ASSERT_EQ(r.kind, RowResult::Kind::kept);
  EXPECT_EQ(r.solution.answer, "1,000");
  EXPECT_EQ(r.solution.id, "");
  EXPECT_EQ(r.splitter, "lines");
}

TEST(Solutions, NamedFieldsWinAndStepsMayBeAnArray) {
  FieldOptions fields;
  fields.question = "ask";
  fields.steps = "parts";
  const RowResult r =
      read(R"({"ask": "Q", "question": "no", "parts": ["one", " two "], "answer": 7})", fields);
  ASSERT_EQ(r.kind, RowResult::Kind::kept);
  EXPECT_EQ(r.solution.question, "Q");
  EXPECT_EQ(r.solution.steps.at(1).action, "two");
  EXPECT_EQ(r.solution.answer, "7");
  EXPECT_EQ(read(R"({"ask": "Q", "parts": ["one", 2]})", fields).reason, "steps_are_no_texts");
}

TEST(Solutions, RejectsWhatIsNoRecordAndDropsWhatHasNoSteps) {
  EXPECT_EQ(read("[1]").kind, RowResult::Kind::rejected);
  EXPECT_EQ(read(R"({"solution": "x"})").reason, "missing_question");
  EXPECT_EQ(read(R"({"question": 5, "solution": "x"})").reason, "question_is_not_text");
  EXPECT_EQ(read(R"({"question": "Q"})").reason, "missing_solution");
  EXPECT_EQ(read(R"({"question": "Q", "solution": null})").reason, "missing_solution");
  EXPECT_EQ(read(R"({"question": "Q", "solution": ["a", "b"]})").reason, "solution_is_not_text");
  EXPECT_EQ(read(R"({"question": "Q", "solution": "prose"})").kind, RowResult::Kind::dropped);
}

RowResult read_as(const std::string& preset, const std::string& json) {
  return read_solution(Json::parse(json, "test"), make_reading(preset, {}, SplitterChoice::automatic, true),
                       "file");
}

TEST(Solutions, OfS1k11AreTheNumberedAttempt) {
  const auto row = [](const std::string& solution, const std::string& grade) {
    return R"({"solution": ")" + solution +
           R"(", "question": "How many pens are in 3 boxes of 4?", "cot_type": "math", )"
           R"("source_type": "our/pens",
      "metadata": "{'unique_id': 7}", "gemini_thinking_trajectory": "g", )"
           R"("gemini_attempt": "1. **No** x\n2. **No** y", "gemini_grade": "No",
      "gemini_grade_reason": "r", "deepseek_thinking_trajectory": "Three boxes, four each.",
      "deepseek_attempt": "1. **Boxes** There are 3.\n2. **Pens** \\(3 \\cdot 4 = 12\\).\n\nSo \\boxed{12}",
      "deepseek_grade": ")" +
           grade + R"(", "deepseek_grade_reason": "r"})";
  };
  const RowResult r = read_as("s1k", row("12", "Yes"));
  ASSERT_EQ(r.kind, RowResult::Kind::kept) << r.reason;
  EXPECT_EQ(r.splitter, "numbered");
  ASSERT_EQ(r.solution.steps.size(), 2u);
  EXPECT_EQ(r.solution.steps[0].title, "Boxes");
  EXPECT_EQ(r.solution.reasoning, "Three boxes, four each.");
  EXPECT_EQ(r.solution.answer, "12");
  EXPECT_EQ(r.solution.source, "our/pens");
  EXPECT_EQ(read_as("s1k", row(R"(There are 3 boxes with 4 pens each, in all \\boxed{12}.)", "Yes"))
                .solution.answer,
            "12");
  EXPECT_EQ(read_as("s1k", row("12", "No")).reason, "marked_incorrect");
}

/// A raw row of PRM800K: each step has completions, and the chosen one is given by number or written by a
/// human.
std::string prm_row(const std::string& steps, const std::string& finish) {
  return R"({"labeler": "a", "timestamp": "2022-07-17T16:56:51", )"
         R"("generation": null, "is_quality_control_question": false, "is_initial_screening_question": false,
    "question": {"problem": "What is 2 + 3 + 4?", "ground_truth_answer": "9"}, "label": {"steps": [)" +
         steps + R"(], "total_time": 100, "finish_reason": ")" + finish + R"("}})";
}

TEST(Solutions, OfPrm800kAreTheChosenCompletions) {
  const std::string first = R"({"completions": [{"text": "wrong", "rating": -1, "flagged": null}, )"
                            R"({"text": "First 2 + 3 = 5.", "rating": 1, "flagged": null}],
    "human_completion": null, "chosen_completion": 1})";
  const std::string human = R"({"completions": [{"text": "bad", "rating": -1, "flagged": null}],
    "human_completion": {"text": "Then 5 + 4 = 9.", "rating": null, "source": "human", )"
                            R"("flagged": false, "corrected_rating": null}, "chosen_completion": null})";
  const std::string open = R"({"completions": [{"text": "bad", "rating": -1, "flagged": null}], )"
                           R"("human_completion": null, "chosen_completion": null})";
  const RowResult r = read_as("prm800k", prm_row(first + "," + human, "solution"));
  ASSERT_EQ(r.kind, RowResult::Kind::kept) << r.reason;
  ASSERT_EQ(r.solution.steps.size(), 2u);
  EXPECT_EQ(r.solution.steps[0].action, "First 2 + 3 = 5.");
  EXPECT_EQ(r.solution.steps[1].action, "Then 5 + 4 = 9.");
  EXPECT_EQ(r.solution.answer, "9");
  EXPECT_EQ(r.solution.question, "What is 2 + 3 + 4?");
  EXPECT_EQ(read_as("prm800k", prm_row(first + "," + human, "give_up")).reason, "marked_incorrect");
  const RowResult failed = read_as("prm800k", prm_row(first + "," + open, "found_error"));
  EXPECT_EQ(failed.kind, RowResult::Kind::dropped) << "a readable row is never rejected";
  EXPECT_EQ(failed.reason, "marked_incorrect");
  EXPECT_EQ(read_as("prm800k", prm_row(first + "," + open, "solution")).reason, "steps_are_no_texts");
}

}  // namespace
}  // namespace srl::data_prep
