#include "evaluation/benchmark.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "support/message_of.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;

class BenchmarkFiles : public testing::Test {
 protected:
  ~BenchmarkFiles() override { fs::remove(file_); }
  Benchmark read(const std::string& content, std::int64_t limit = 0) {
    std::ofstream(file_) << content;
    return read_benchmark(file_, {.limit = limit});
  }
  Benchmark read(const std::string& content, const Reading& reading) {
    std::ofstream(file_) << content;
    return read_benchmark(file_, reading);
  }
  fs::path file_ = fs::temp_directory_path() / ("srl_benchmark_" + std::to_string(getpid()) + ".jsonl");
};

TEST_F(BenchmarkFiles, KnowTheUsualFields) {
  const Benchmark b = read(R"({"question": "q0", "answer": "x\n#### 72"})"
                           "\n\n"
                           R"({"problem": "q1", "expected_answer": "70"})"
                           "\n"
                           R"({"problem": "q2", "question": "q2b", "answer": 27.0})"
                           "\n"
                           R"({"question": "q3", "final_answer": ["1", "2"]})"
                           "\n"
                           R"({"problem": "q4", "solution": "first \\boxed{1}, then \\boxed{\\frac{1}{2}}"})"
                           "\n");
  ASSERT_EQ(b.questions.size(), 5u);
  EXPECT_EQ(b.questions[0].reference, "72");
  EXPECT_EQ(b.questions[1].reference, "70");
  EXPECT_EQ(b.questions[2].question, "q2b");
  EXPECT_EQ(b.questions[2].reference.substr(0, 2), "27");
  EXPECT_EQ(b.questions[3].reference, "1, 2");
  EXPECT_EQ(b.questions[4].reference, "\\frac{1}{2}");
  EXPECT_EQ(b.questions[4].number, 4);
}

TEST_F(BenchmarkFiles, LimitKeepsTheFirstQuestions) {
  EXPECT_EQ(read("{\"question\":\"a\",\"answer\":\"1\"}\n{\"question\":\"b\",\"answer\":\"2\"}\n", 1)
                .questions.size(),
            1u);
}

TEST_F(BenchmarkFiles, KnowTheirOwnIds) {
  const Benchmark b = read(R"({"id": 7, "question": "q0", "answer": "1"})"
                           "\n"
                           R"({"unique_id": "test/a.json", "question": "q1", "answer": "1"})"
                           "\n"
                           R"({"id": null, "idx": 0, "question": "q2", "answer": "1"})"
                           "\n"
                           R"({"question": "q3", "answer": "1"})"
                           "\n");
  EXPECT_EQ(b.questions[0].id, "7");
  EXPECT_EQ(b.questions[1].id, "test/a.json");
  EXPECT_EQ(b.questions[2].id, "0");
  EXPECT_EQ(b.questions[3].id, "");
}

TEST_F(BenchmarkFiles, RefuseEmptyQuestionsAndAnswersWithTheirLine) {
  const std::string good = "{\"question\":\"a\",\"answer\":\"1\"}\n";
  for (const char* row : {R"({"question": "", "answer": "1"})", R"({"problem": " \n", "answer": "1"})",
                          R"({"question": "b", "answer": ""})", R"({"question": "b", "answer": "x #### "})",
                          R"({"question": "b", "answer": []})", R"({"question": "b", "answer": [""]})",
                          R"({"question": "b", "solution": "\\boxed{}"})"}) {
    const std::string message = test::message_of<BadInput>([&] { read(cat(good, row, "\n")); });
    EXPECT_THAT(message, testing::HasSubstr("line 2")) << row;
    EXPECT_THAT(message, testing::AnyOf(testing::HasSubstr("empty"), testing::HasSubstr("boxed"))) << row;
  }
}

TEST_F(BenchmarkFiles, NameTheLineThatIsWrong) {
  try {
    read("{\"question\":\"a\",\"answer\":\"1\"}\n{\"question\":\"b\"}\n");
    FAIL() << "accepted";
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("line 2"));
    EXPECT_THAT(error.what(), testing::HasSubstr("answer"));
  }
  EXPECT_THROW(read(""), BadInput);
}

TEST_F(BenchmarkFiles, WriteChoicesBelowTheQuestionAndAskForALetter) {
  const std::vector<std::string> rows{
      R"({"question": "Which is even?", "choices": ["3", "4", "5"], "answer": 1})",
      R"({"question": "Which is even?", "choices": ["3", "4", "5"], "answer": "B"})",
      R"({"question": "Which is even?", "options": ["3", "4", "5"], "answer": "B", "answer_index": 1})",
      R"({"question": "Which is even?", "choices": {"text": ["3", "4", "5"], "label": ["1", "2", "3"]},)"
      R"( "answerKey": "2"})",
      R"({"question": "Which is even?", "options": {"A": "3", "B": "4", "C": "5"}, "answer": "B"})",
      R"({"question": "Which is even?", "choices": ["3", "4", "5"], "answer": "4"})"};
  for (const std::string& row : rows) {
    const Question question = read(row + "\n").questions.at(0);
    EXPECT_EQ(question.question, "Which is even?\n\nA. 3\nB. 4\nC. 5\n\nGive the letter of the right choice.")
        << row;
    EXPECT_EQ(question.own_text(), "Which is even?") << row;
    EXPECT_EQ(question.reference, "B") << row;
    EXPECT_EQ(question.choices, (std::vector<std::string>{"3", "4", "5"})) << row;
  }
  for (const char* answer : {"3", "-1", "\"D\"", "\"six\"", "1.5"}) {
    const std::string message = test::message_of<BadInput>([&] {
      read(cat("{\"question\": \"q\", \"choices\": [\"x\", \"y\", \"z\"], \"answer\": ", answer, "}\n"));
    });
    EXPECT_THAT(message, testing::AllOf(testing::HasSubstr("line 1"), testing::HasSubstr("choices")))
        << answer;
  }
  EXPECT_EQ(read("{\"question\": \"q\", \"options\": [], \"answer\": 7}\n").questions[0].reference, "7");
}

TEST_F(BenchmarkFiles, TakeTheFieldsThatTheUserNames) {
  const std::string row = R"({"task": {"text": "1 + 1?"}, "gold": [2], "key": "k-1", "answer": "no"})"
                          "\n";
  const Benchmark b = read(row, {.fields = {"key", "task.text", "gold", ""}});
  EXPECT_EQ(b.questions[0].question, "1 + 1?");
  EXPECT_EQ(b.questions[0].own_text(), "1 + 1?");
  EXPECT_EQ(b.checksum, benchmark_checksum(xxh3_128_hex(row), {"key", "task.text", "gold", ""}));
  EXPECT_EQ(b.questions[0].reference, "2");
  EXPECT_EQ(b.questions[0].id, "k-1");
  const Benchmark other = read(row, {.fields = {"", "task.text", "answer", ""}});
  EXPECT_NE(b.checksum, other.checksum);  // other questions, though the file is the same
  EXPECT_THAT(test::message_of<BadInput>([&] { read(row, {.fields = {"", "task.txt", "gold", ""}}); }),
              testing::AllOf(testing::HasSubstr("line 1"), testing::HasSubstr("task.txt")));
}

TEST_F(BenchmarkFiles, InstancesHaveAPromptOrAProblemStatement) {
  const Reading instances{.form = RowForm::instances};
  const Benchmark b =
      read(R"({"instance_id": "o__r-1", "repo": "o/r", "problem_statement": "It fails.", "patch": "secret"})"
           "\n"
           R"({"instance_id": "o__r-2", "text": "The whole prompt", "problem_statement": "It fails."})"
           "\n",
           instances);
  EXPECT_EQ(b.questions[0].id, "o__r-1");
  EXPECT_THAT(b.questions[0].question,
              testing::AllOf(testing::HasSubstr("o/r"), testing::HasSubstr("It fails."),
                             testing::HasSubstr("<patch>"), testing::Not(testing::HasSubstr("secret"))));
  EXPECT_EQ(b.questions[1].question, "The whole prompt");
  EXPECT_EQ(b.questions[0].own_text(), "It fails.");
  EXPECT_EQ(b.questions[1].own_text(), "It fails.");
  EXPECT_THROW(read("{\"problem_statement\": \"x\"}\n", instances), BadInput);
  EXPECT_THROW(read("{\"instance_id\": \"x\"}\n", instances), BadInput);
}

TEST_F(BenchmarkFiles, AsExamplesEndInABox) {
  std::ofstream(file_)
      << R"({"question": "q0", "answer": "3 + 4 = 7.\n#### 7"})"
      << "\n"
      << R"({"problem": "q1", "solution": "So \\boxed{8}.", "answer": "8"})"
      << "\n"
      << R"({"question": "q2", "solution": ["First way.", "Second way."], "final_answer": ["9"]})"
      << "\n"
      << R"({"question": "q3", "choices": ["a", "b"], "answer": 1})"
      << "\n";
  std::vector<std::string> answers;
  for (const Example& example : read_examples(file_, {})) { answers.push_back(example.answer); }
  EXPECT_THAT(answers,
              testing::ElementsAre("3 + 4 = 7.\n\nThe answer is \\boxed{7}.", "So \\boxed{8}.",
                                   "First way.\n\nThe answer is \\boxed{9}.", "The answer is \\boxed{B}."));
}

TEST(SharedBenchmarks, AllCanBeRead) {
  const char* given = std::getenv("SRL_SHARED_DATA");
  const fs::path folder = fs::path(given != nullptr ? given : SRL_SOURCE_DIR "/../shared/data") / "eval";
  if (!fs::exists(folder)) { GTEST_SKIP() << "no benchmark files in " << folder; }
  const std::vector<std::pair<std::string, std::size_t>> expected{{"amc23", 40},
                                                                  {"aime24", 30},
                                                                  {"aime25", 30},
                                                                  {"minerva_math", 272},
                                                                  {"gsm8k_test", 1319},
                                                                  {"math500", 500},
                                                                  {"olympiadbench_math_en_textonly", 675}};
  for (const auto& [name, rows] : expected) {
    EXPECT_EQ(read_benchmark(folder / (name + ".jsonl")).questions.size(), rows) << name;
  }
}

}  // namespace
}  // namespace srl::evaluation
