#include "data_prep/solutions.hpp"

#include <gtest/gtest.h>

namespace srl::data_prep {
namespace {

RowResult read(const std::string& json, const FieldOptions& fields = {}) {
  return read_solution(Json::parse(json, "test"), make_reading("auto", fields, "auto", true), "file");
}

TEST(Solutions, TakeTheUsualFields) {
  const RowResult r = read(R"({"unique_id": "u", "problem": " Q ", "solution": "1. **A** a\n2. **B** so \\boxed{\\frac{1}{2}}"})");
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
  const RowResult r = read(R"({"ask": "Q", "question": "no", "parts": ["one", " two "], "answer": 7})", fields);
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
  EXPECT_EQ(read(R"({"question": "Q", "solution": ["a"]})").reason, "solution_is_not_text");
  EXPECT_EQ(read(R"({"question": "Q", "solution": "prose"})").kind, RowResult::Kind::dropped);
}

TEST(LastBoxed, BalancesBraces) {
  EXPECT_EQ(last_boxed("\\boxed{1} and \\boxed{a{b}\\}c}"), "a{b}\\}c");
  EXPECT_EQ(last_boxed("\\boxed{open"), std::nullopt);
}

}  // namespace
}  // namespace srl::data_prep
