#include "evaluation/benchmark.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

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
    return read_benchmark(file_, limit);
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
