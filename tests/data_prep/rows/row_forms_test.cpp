// Values of rows: fields that the user names, answers, steps as objects, JSON text inside a field.
#include <gtest/gtest.h>

#include "base/strings.hpp"
#include "data_prep/row/answers.hpp"
#include "data_prep/row/step_texts.hpp"
#include "data_prep/split/solutions.hpp"
#include "grading/grading.hpp"

namespace srl::data_prep {
namespace {

RowResult read(const std::string& json, const FieldOptions& fields = {}, const std::string& preset = "auto") {
  return read_solution(Json::parse(json, "test"),
                       make_reading(preset, fields, SplitterChoice::automatic, true), "file");
}
std::string steps_of(const RowResult& row) {
  std::vector<std::string> texts;
  for (const trajectory::Step& step : row.solution.steps) { texts.push_back(step.action); }
  return join(texts, "|");
}

const std::string chat =
    R"("messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "1. a\n2. b"}])";

TEST(NamedFields, WinOverThePresetThatWasGuessed) {
  FieldOptions solution;
  solution.solution = "x";
  RowResult row = read("{" + chat + R"(, "x": "1. c\n2. d"})", solution);
  EXPECT_EQ(steps_of(row), "1. c|2. d");
  EXPECT_EQ(row.solution.domain, "math");
  row = read(R"({"question": "Q", "steps": ["a", "b"], "x": "1. c\n2. d"})", solution);
  EXPECT_EQ(steps_of(row), "1. c|2. d");
  row = read(
      R"({"problem_statement": "Q", "trajectory": [{"action": "ls"}, {"action": "b"}], "x": "1. c\n2. d"})",
      solution);
  EXPECT_EQ(steps_of(row), "1. c|2. d");
  row = read(R"({"problem": "Q", "generations": ["1. a\n2. b"], "correctness_math_verify": [false],
      "x": "1. c\n2. d"})",
             solution);
  EXPECT_EQ(steps_of(row), "1. c|2. d");
  FieldOptions others;
  others.question = "q";
  others.answer = "gold";
  row = read("{" + chat + R"(, "q": "Other", "gold": 5})", others);
  EXPECT_EQ(row.solution.question, "Other");
  EXPECT_EQ(row.solution.answer, "5");
  row = read(R"({"q": "Q", "question": "no", "answer": "a\nb\n#### 5", "gold": "6"})", others);
  EXPECT_EQ(row.solution.answer, "6") << "also over the line ####";
  EXPECT_EQ(read("{" + chat + "}", solution).reason, "missing_solution");
}

TEST(Answers, OfSolutionsAreThoseThatGradingFinds) {
  const char* solutions[] = {"The points are $\\boxed{(-2,18)}$ and $\\boxed{(8,38)}$.",
                             "So $t=\\boxed{\\frac13}$ or $t=\\boxed{-\\frac52}$.",
                             "The answer is: 36",
                             "So the answer is $\\boxed 2$.",
                             "Hence $x = \\boxed{\\text{(C)}}$.",
                             "It is $\\boxed{1,234}$ km.",
                             "Thus $\\boxed{x^2 + 2x\\{1\\}}$ holds.",
                             "We get $\\boxed{[2,3) \\cup (4,\\infty)}$",
                             "They meet at $\\boxed{3:00}$.",
                             "An $\\boxed{\\text{odd number of ways}}$.",
                             "x\n#### 1,000"};
  for (const char* solution : solutions) {
    const std::optional<std::string> answer = stated_answer(solution);
    ASSERT_TRUE(answer) << solution;
    EXPECT_TRUE(grading::grade(solution, *answer, {}).correct) << solution << " gives " << *answer;
  }
  for (const char* none : {"prose", "There are $\\boxed{}$ primes.", "x = 3 and y = 5.", ""}) {
    EXPECT_EQ(stated_answer(none), std::nullopt) << none;
  }
}

TEST(Answers, InFieldsMayBeNumbersAndLists) {
  const auto answer = [](const char* json) {
    return answer_of_field(Json::parse(json, "answer")).value_or("none");
  };
  EXPECT_EQ(answer("36"), "36");
  EXPECT_EQ(answer("36.0"), "36");
  EXPECT_EQ(answer("0.5"), "0.5");
  EXPECT_EQ(answer("true"), "True");
  EXPECT_EQ(answer("\" 36 \""), "36");
  EXPECT_EQ(answer("[\"36\"]"), "36");
  EXPECT_EQ(answer("[36]"), "36");
  EXPECT_EQ(answer("[\"1\", \"2\"]"), "1, 2");
  EXPECT_EQ(answer("\"so $\\\\boxed{7}$\""), "7");
  for (const char* none : {"null", "\"\"", "[]", "\"  \""}) { EXPECT_EQ(answer(none), "none") << none; }
  EXPECT_EQ(read(R"({"Question": "Q", "Answer": 36})").solution.answer, "36");
  const RowResult opened =
      read(R"({"question": "Q", "solution": "1. a\n2. b", "final_answer": "[\"36\"]", "x": 1})");
  EXPECT_EQ(opened.solution.answer, "36");
  const RowResult interval =
      read(R"({"question": "Q", "solution": "1. a\n2. b", "answer": "[1, 2]", "x": 1})");
  EXPECT_EQ(interval.solution.answer, "[1, 2]");
}

TEST(StepTexts, MayBeObjects) {
  const auto texts = [](const char* json) {
    std::string all;
    const auto found = step_texts(Json::parse(json, "steps"));
    if (!found) { return std::string("none"); }
    for (const trajectory::Step& step : found->steps) {
      all += step.action + (step.title ? "@" + *step.title : "") + "|";
    }
    return all;
  };
  EXPECT_EQ(texts(R"(["a", " b "])"), "a|b|");
  EXPECT_EQ(texts(R"([{"text": "a"}, {"text": "b"}])"), "a|b|");
  EXPECT_EQ(texts(R"([{"title": "A", "body": "a"}, {"title": "B", "body": "b"}])"),
            "1. **A** a@A|2. **B** b@B|");
  EXPECT_EQ(texts(R"([{"step": 1, "content": "a"}, {"step": "2", "content": "b"}])"), "a|b|");
  EXPECT_EQ(texts(R"([{"step": "Step 1", "content": "a"}, {"step": "Add", "content": "b"}])"),
            "a|2. **Add** b@Add|");
  EXPECT_EQ(texts(R"([{"step": "a"}, {"value": "b"}])"), "a|b|");
  EXPECT_EQ(texts(R"(["a", "", {"text": ""}])"), "a|");
  EXPECT_EQ(texts(R"(["a", 2])"), "none");
  EXPECT_EQ(texts(R"([{"number": 2}])"), "none");
  EXPECT_EQ(texts(R"({"a": "b"})"), "none");
}

TEST(JsonText, IsOpenedWhereARoleNeedsAList) {
  EXPECT_EQ(steps_of(read(R"({"question": "Q", "steps": "[\"a\", \"b\"]"})")), "a|b");
  EXPECT_EQ(steps_of(read(R"({"question": "Q", "solution": "[\"1. a\\n2. b\"]"})")), "1. a|2. b");
  EXPECT_EQ(steps_of(read(R"({"conversations": "[{\"from\": \"human\", \"value\": \"Q\"}, )"
                          R"({\"from\": \"gpt\", \"value\": \"1. a\\n2. b\"}]"})")),
            "1. a|2. b");
  EXPECT_EQ(read(R"({"question": "{\"a\": 1}", "solution": "1. a\n2. b"})").solution.question, "{\"a\": 1}");
  EXPECT_EQ(read(R"({"question": "[1, 2]", "solution": "1. a\n2. b"})").solution.question, "[1, 2]");
  EXPECT_EQ(read(R"({"messages": "[{torn", "question": "Q", "solution": "1. a\n2. b"})").solution.question,
            "Q");
}

TEST(Rows, OfSingleInstancesAndOfAnswersAloneAreKeptWhole) {
  const RowResult instance = read(R"({"prompt": "P", "expert_action": "next", "step_number": 1})");
  EXPECT_EQ(steps_of(instance), "next");
  EXPECT_EQ(instance.solution.question, "P");
  EXPECT_EQ(instance.notices, single_instance());
  FieldOptions fields;
  fields.question = "prompt.0.content", fields.answer = "reward.truth";
  const RowResult outcome =
      read(R"({"prompt": [{"content": "Q"}], "reward": {"truth": "36"}})", fields, "deepscaler");
  EXPECT_EQ(outcome.kind, RowResult::Kind::kept) << outcome.reason;
  EXPECT_EQ(outcome.solution.answer, "36");
  EXPECT_NE(outcome.notices & outcome_only(), 0u);
}

TEST(Chats, OfSeveralExchangesGiveTheFirst) {
  const RowResult row =
      read(R"({"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "Q"},
      {"from": "gpt", "value": "1. a\n2. b"}, {"from": "human", "value": "more"},
      {"from": "gpt", "value": "c"}]})");
  EXPECT_EQ(steps_of(row), "1. a|2. b");
  EXPECT_EQ(row.notices, exchanges_left_out());
}

}  // namespace
}  // namespace srl::data_prep
